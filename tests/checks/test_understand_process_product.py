"""Understand 2: what its checks hold to be true follows by other routes too."""

import numpy as np
import pytest
from understand import credit, verdict

from scaling.process_product.understand import checks


def test_growing_anew_is_worth_it_above_the_break_even_share():
    services = {"a": (0.5, 0.2, 3), "b": (0.5, 0.9, 3), "c": (0.3, -0.2, 6), "d": (0.3, 0.9, 1)}
    for letter, (share, reception, cost) in services.items():
        received = max(reception, 0) * cost
        is_above = share > received / (1 + received)
        assert is_above == checks.worth.expected()[letter], letter


def test_menus_fit_as_badly_in_drawn_kitchens_as_the_check_has_it():
    def fit_of(drift, noise, part, kitchens=20_000, months=60):
        generator = np.random.default_rng(2)
        gap = np.zeros(kitchens)
        for _ in range(months):
            gap = gap + generator.normal(0, drift, kitchens)
            gap = gap - part * (gap + generator.normal(0, noise, kitchens))
        return np.exp(-(gap**2) / 2).mean()

    drawn = {
        "a": fit_of(0, 0, 0),
        "b": fit_of(0.2, 0, 0),
        "c": fit_of(0.2, 2, 1),
        "d": fit_of(0.2, 0.3, 0.3),
    }
    assert drawn == pytest.approx(checks.copies.expected(), abs=0.01)
    assert sorted(drawn, key=drawn.get) == ["c", "b", "d", "a"]


@pytest.mark.parametrize("visits", [52.5, 60, 310 - 200 * 290 / 240, 68.5])
def test_about_sixty_visits_are_due_to_free_entry_either_way(visits):
    assert verdict(checks.free_entry, visits) is None


@pytest.mark.parametrize("visits", [110, 20, 50, 160, 310])
def test_each_other_comparison_is_named(visits):
    assert verdict(checks.free_entry, visits) in checks.free_entry.slips


@pytest.mark.parametrize("check", [checks.replies, checks.power], ids=["replies", "power"])
def test_what_holds_counts_and_what_does_not_is_taken_off(check):
    truth = check.expected()
    held = [letter for letter in truth if truth[letter]]
    others = [letter for letter in truth if not truth[letter]]
    assert credit(check, held[:2], 3) == credit(check, [*held, others[0]], 3) == 2
    assert credit(check, others, 3) == credit(check, list(truth), 3) == 0
