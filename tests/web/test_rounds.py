"""A reader funds ten towns in the site, by keyboard and by finger."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scaling.scaling_up import winners_curse

sys.path.insert(0, str(Path(__file__).parent))
from reader import come_alive, opened
from test_pages import grave

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROUNDS = winners_curse.explorable.rounds


def best(offers):
    return max(range(len(offers)), key=lambda place: offers[place].reported)


def test_ten_towns_are_funded_by_keyboard_and_ten_others_begin(home, server):
    page = opened(home, f"{server.address}/01a-scaling-up.html")
    place = come_alive(page, "scaling_up.winners_curse.explorable")
    panel = place.get_by_role("group", name=ROUNDS.title, exact=True)
    said = panel.get_by_role("status")
    chosen = []
    for year in range(1, ROUNDS.many + 1):
        expect(panel.get_by_text(f"Year {year} of {ROUNDS.many}", exact=True)).to_be_visible()
        offers = ROUNDS.offers(0, year)
        chosen.append(offers[best(offers)])
        card = panel.get_by_role("listitem").nth(best(offers)).get_by_role("button")
        card.focus()
        page.keyboard.press("Enter")
        expect(said).to_contain_text(ROUNDS.told(chosen[-1]))
    expect(said).to_contain_text(ROUNDS.end(chosen))
    again = panel.get_by_role("button", name="10 other years", exact=True)
    expect(again).to_be_focused()
    panel.get_by_text("Your choices", exact=True).click()
    expect(panel.get_by_role("row")).to_have_count(1 + ROUNDS.many)
    assert grave(page) == {}
    again.press("Enter")
    expect(said).to_have_text(ROUNDS.prompt)
    expect(panel.get_by_role("listitem").first.get_by_role("button")).to_be_focused()
    page.set_viewport_size({"width": 360, "height": 780})
    panel.get_by_role("listitem").first.get_by_role("button").click()
    expect(said).to_contain_text(ROUNDS.told(ROUNDS.offers(1, 1)[0]))
    page.reload()
    come_alive(page, "scaling_up.winners_curse.explorable")
    expect(panel.get_by_text(f"Year 2 of {ROUNDS.many}", exact=True)).to_be_visible()
    expect(said).to_contain_text(ROUNDS.told(ROUNDS.offers(1, 1)[0]))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.faults == []
    page.close()
