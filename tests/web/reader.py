"""What a reader does on a page of the site."""

from playwright.sync_api import expect

PATIENCE = 90_000  # milliseconds; a busy machine needs them to begin Python
expect.set_options(timeout=PATIENCE)


def opened(context, address):
    """Open a page that notes what it asks for, and the faults of its scripts."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.requested = []
    page.faults = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(address)
    return page


def forget_all(context, address):
    """Empty what a browser keeps of its reader, from a page that begins no Python."""
    page = opened(context, f"{address}/your-files.html")
    page.evaluate("localStorage.clear()")
    page.close()


def live(page, name):
    """The explorable, form or game with this name."""
    return page.locator(f'scaling-live[data-page="{name}"]')


def come_alive(page, name):
    """Predict by the keyboard where one is asked, and wait for the live page."""
    place = live(page, name)
    slider = place.locator("[data-part=answer] input").first
    if place.locator(".scaling-pad:visible").count():
        slider.wait_for()  # The place to draw in is made by its own script.
    if slider.count() and slider.is_visible():
        slider.focus()
        page.keyboard.press("ArrowRight")
    button = place.locator("button[data-part=commit]:visible, button[data-part=open]:visible")
    button.first.focus()
    page.keyboard.press("Enter")
    page.locator(f'scaling-live[data-page="{name}"].scaling-alive').wait_for(timeout=PATIENCE)
    return place


def names_on(page):
    return page.eval_on_selector_all("scaling-live", "all => all.map(one => one.dataset.page)")


def ask(page, action, *values):
    """Ask the Python in the page directly."""
    answer = page.evaluate("([a, v]) => scalingEngine.call(a, v)", [action, list(values)])
    assert answer["fault"] is None, answer["fault"]
    return answer["value"]


def words(place):
    return place.locator(".scaling-words").first


def press_until_changed(page, place, slider, key="ArrowRight"):
    before = words(place).inner_text()
    slider.focus()
    page.keyboard.press(key)
    expect(words(place)).not_to_have_text(before)
    return before
