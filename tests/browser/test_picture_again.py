"""A picture that is taken off the page and put back shows what it has become by then."""

import pytest
from conftest import notebook_of
from lab import execute, run_all
from shown import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = (
    "import ipywidgets, plotly.graph_objects as go\nfrom scaling.widgets.picture import Picture\n"
    "from scaling import style",
    "def bars(*heights):\n    return go.Figure({'type': 'bar', 'y': list(heights)}, "
    "{'title': {'text': str(heights)}})",
    "picture = Picture(bars(1, 2), style.LIGHT)\nbox = ipywidgets.Box([picture])\nbox",
)


def test_a_picture_put_back_again_and_again_shows_what_it_is_by_now(open_page):
    page = open_page("course/picture.ipynb", notebook=notebook_of(*CELLS))
    run_all(page)
    drawn = """() => [...document.querySelectorAll('.js-plotly-plot')].map(
      (plot) => plot.layout.title.text)"""

    def shows(*heights):
        found = eventually(lambda: page.evaluate(drawn), lambda texts: texts == [str(heights)])
        assert found == [str(heights)]

    shows(1, 2)
    for height in (3, 4, 5):
        assert execute(page, "box.children = []") == ""
        assert execute(page, f"picture.become(bars({height}, 0), style.LIGHT)") == ""
        assert execute(page, "box.children = [picture]") == ""
        shows(height, 0)
        assert execute(page, f"picture.become(bars({height}, 1), style.LIGHT)") == ""
        shows(height, 1)
        # Back to what was sent when it was made, while it is away.
        assert execute(page, "box.children = []; picture.become(bars(1, 2), style.LIGHT)") == ""
        assert execute(page, "box.children = [picture]") == ""
        shows(1, 2)
    assert page.complaints == []
