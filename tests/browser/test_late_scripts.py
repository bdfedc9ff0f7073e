"""Where the scripts of widgets come too late for anywidget, explorables answer all the same."""

import pytest
from conftest import EXPLORABLES, notebook_of, shown_by
from lab import GAVE_UP, run_all
from shown import Shown

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLIDERS, ROWS = "size_context.ties", "three_scales.system_map"
# The two seconds after which anywidget gives up are over before any script has come.
OVER_AT_ONCE = """() => {
  const timeout = AbortSignal.timeout;
  AbortSignal.timeout = (milliseconds) => {
    if (milliseconds !== 2000) return timeout.call(AbortSignal, milliseconds);
    const over = new AbortController();
    queueMicrotask(() => over.abort());
    return over.signal;
  };
}"""


def test_explorables_answer_although_every_script_comes_too_late(classroom):
    page = classroom.open("course/late.ipynb", notebook_of(shown_by(SLIDERS), shown_by(ROWS)))
    gave_up = []
    page.on("pageerror", lambda error: gave_up.append(str(error)))
    page.evaluate(OVER_AT_ONCE)
    run_all(page)
    for name in (SLIDERS, ROWS):
        shown = Shown(page, EXPLORABLES[name]).reveal()
        picture = shown.picture()
        if name == ROWS:
            control = next(c for c in shown.explorable.controls if c.name == "links")
            shown.remove_row(control, 1)
        else:
            shown.move(shown.explorable.controls[0])
        shown.wait_until_right()
        shown.wait_until_drawn_otherwise(picture)
    assert any(GAVE_UP in error for error in gave_up)
    page.close()
