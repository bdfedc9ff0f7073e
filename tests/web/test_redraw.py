"""A picture that has followed a control is, element for element, the one that is drawn whole."""

import sys
from pathlib import Path

import pytest

from scaling import style
from scaling.capstone import board
from scaling.explorable import Choice, Slider, all_explorables

sys.path.insert(0, str(Path(__file__).parent))
from test_values import values_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXPLORABLES = all_explorables()
# The same steps in two places: one follows as in the site, the other is drawn whole each time.
STEPS = """async ([scripts, figures, config]) => {
  const { redraw } = await import(`${scripts}/widgets/redraw.js`);
  const { loadPlotly } = await import(`${scripts}/picture.js`);
  const Plotly = await loadPlotly();
  const [follows, whole] = [0, 1].map(() => document.createElement("div"));
  for (const place of [follows, whole]) {
    place.style.width = "700px";
    document.body.append(place);
  }
  // An element that plotly made and one that it changed may have their attributes in another order.
  const described = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return node.textContent;
    const looks = [...node.style].map((name) => `${name}: ${node.style[name]}`);
    const said = [...node.attributes].filter(({ name }) => name !== "style")
      .map(({ name, value }) => `${name}="${value}"`);
    const all = [...looks.filter((look) => look !== "opacity: 1"), ...said].sort();
    return `<${node.tagName} ${all.join(" ")}>${[...node.childNodes].map(described).join("")}`;
  };
  const drawing = (place) => {
    let svg = [...place.querySelectorAll(".main-svg")].map(described).join("");
    for (const uid of [place._fullLayout._uid, ...place._fullData.map((trace) => trace.uid)]) {
      svg = svg.replaceAll(uid, "");
    }
    return svg;
  };
  const numbers = (place) => JSON.stringify(place.calcdata.map((points) =>
    points.map(({ x, y, p, s, b, xs, xh, ys, yh }) => [x, y, p, s, b, xs, xh, ys, yh])));
  const found = { differing: [], followed: 0 };
  // As in the site, the template is the same object as long as it says the same.
  const { template } = JSON.parse(figures[0]).layout;
  for (const [step, figure] of figures.entries()) {
    const before = follows.calcdata;
    const sent = JSON.parse(figure);
    await redraw(Plotly, follows, { ...sent, layout: { ...sent.layout, template } }, config);
    found.followed += follows.calcdata === before;
    const { data, layout } = JSON.parse(figure);
    await Plotly.react(whole, data, layout, config);
    for (const read of [drawing, numbers]) {
      const [here, there] = [follows, whole].map(read);
      if (here === there) continue;
      const at = [...here].findIndex((letter, place) => letter !== there[place]);
      found.differing.push([step, here.slice(at - 60, at + 60), there.slice(at - 60, at + 60)]);
    }
  }
  for (const place of [follows, whole]) {
    Plotly.purge(place);
    place.remove();
  }
  return found;
}"""


@pytest.fixture(scope="module")
def page(server, home):
    page = home.new_page()
    page.goto(f"{server.address}/your-files.html")
    yield page
    page.close()


def figures_of(explorable, control):
    """The pictures as the site gets them: up and down by a step, to both ends, and back."""
    values = values_of(control)
    at = values.index(explorable.start[control.name])
    places = [at, min(at + 1, len(values) - 1), max(at - 1, 0), 0, 1, len(values) - 1, at]
    for place in places:
        try:
            result = explorable.run(**(explorable.start | {control.name: values[place]}))
        except ValueError:
            continue  # Then the site keeps the picture that it has.
        yield as_sent(explorable.picture(result))


def as_sent(figure):
    figure.update_layout(template=style.LIGHT, autosize=True, uirevision="kept")
    return figure.to_json()


def follow(page, figures):
    """What differs between both places, and how many steps did without drawing everything."""
    scripts = page.evaluate("document.querySelector('script[type=module]').src").rpartition("/")[0]
    found = page.evaluate(STEPS, [scripts, list(figures), style.CONFIG])
    return found["differing"], found["followed"]


def movable(explorable):
    return [c for c in explorable.controls if isinstance(c, Slider | Choice)]


# Lines and points, bars, labels with shapes, and axes that change.
OFTEN = ("size_context.ties", "scaling_up.corn", "process_product.trust", "scaling_down.layers")


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(key, marks=[] if key in OFTEN else [pytest.mark.thorough])
        for key in EXPLORABLES
    ],
)
def test_a_picture_that_follows_is_the_one_drawn_whole(page, key):
    differing, followed, steps = {}, 0, 0
    for control in movable(EXPLORABLES[key]):
        figures = list(figures_of(EXPLORABLES[key], control))
        differing[control.name], count = follow(page, figures)
        followed, steps = followed + count, steps + len(figures) - 1
    assert not any(differing.values()), differing
    if key in OFTEN:
        assert 2 * followed >= steps


def test_the_picture_of_a_game_follows_its_turns(page):
    game = board.game
    state = game.new(1)
    drawn = [game.picture(state, place) for place in (None, 0, 3)]
    for _ in range(3):
        for move in game.moves(state, next(iter(game.kinds.values())), 0)[:1]:
            state = game.play(state, move)
        state = game.play(state, game.end)
        drawn += [game.picture(state, place) for place in (None, 5)]
    differing, _ = follow(page, map(as_sent, drawn))
    assert not differing
