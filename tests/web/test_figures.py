"""The figures of the web edition's small plotly are those of the real one.

``test_values.py`` compares them in the browser, side by side; this is about panels that are stacked
for a narrow page, both looks, predictions that are drawn in, and pictures beside explorables.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_values import differences, plain

STANDIN = Path(__file__).parents[2] / "src/scaling/web/standins/plotly"
DUMP = """
import json
import plotly.graph_objects as go
try:
    import plotly.io
    plotly.io.templates.default = None
except AttributeError:
    pass  # The small plotly has no templates of its own.
from scaling import style
from scaling.capstone import board, looking_back, plan
from scaling.explorable import all_explorables, said
from scaling.form.export import annexes
from scaling.stacking import stacked

figures = {}
for key, one in all_explorables().items():
    result = one.run(**one.start)
    figures[key] = one.picture(result)
    if one.mark is not None:
        said.draw(figures[key], one.mark, one.ask, one.ask.low, float(one.answer(result)))
    if one.details is not None:
        one.details.mark(figures[key], result, one.details.names(result)[-1])
game = board.game
figures["game"] = game.picture(game.new(1), None)
figures["looking back"] = looking_back.still().picture
for annex in annexes(plan.plan, plan.plan.checked(plan.plan.example)):
    if annex.shown is not None:
        figures[annex.title] = annex.shown.picture
found = {}
for name, figure in figures.items():
    found[name + ", wide"] = figure.update_layout(template=style.LIGHT).to_json()
    narrow = stacked(figure).update_layout(template=style.DARK, autosize=True)
    narrow.layout.uirevision = "kept"
    found[name + ", narrow"] = narrow.to_json()
print(json.dumps([go.__file__, found]))
"""


def figures(*folders):
    code = f"import sys; sys.path[:0] = {list(map(str, folders))}\n{DUMP}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.slow
def test_every_picture_is_the_same_without_plotlys_checks(tmp_path):
    (tmp_path / "plotly").symlink_to(STANDIN)
    (real, there), (small, here) = figures(), figures(tmp_path)
    assert str(tmp_path) in small
    assert str(tmp_path) not in real
    assert here.keys() == there.keys()
    found = {}
    for name in here:
        pair = (plain(json.loads(here[name])), plain(json.loads(there[name])))
        if differing := list(differences(*pair, 1e-12)):
            found[name] = differing[:5]
    assert not found
