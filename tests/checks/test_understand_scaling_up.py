"""Understand 1: what its checks hold to be true follows by other routes too."""

import numpy as np
import pytest
from understand import credit, verdict

from scaling.scaling_up.understand import checks


def test_reports_exaggerate_in_drawn_worlds_as_the_check_has_it():
    generator, tau = np.random.default_rng(5), 0.1
    exaggerated = {}
    for letter, pilots, n in (("a", 30, 40), ("b", 1, 40), ("c", 30, 1000), ("d", 3, 40)):
        effects = generator.normal(0.1, tau, (20_000, pilots))
        reports = effects + generator.normal(0, np.sqrt(2 / n), effects.shape)
        best = reports.argmax(axis=1)[:, None]
        gap = np.take_along_axis(reports - effects, best, axis=1)
        exaggerated[letter] = gap.mean()
    assert exaggerated == pytest.approx(checks.curse.expected(), abs=0.01)
    assert sorted(exaggerated, key=exaggerated.get) == ["b", "c", "d", "a"]


@pytest.mark.parametrize("weeks", [5.1, 5.5, 6, 6.5, 7.1])
def test_about_six_weeks_of_the_twelve_are_to_be_expected(weeks):
    assert verdict(checks.lasting_gain, weeks) is None


@pytest.mark.parametrize("weeks", [12, 4, 3, 10, 9, 2, 8])
def test_each_way_to_shrink_wrongly_is_named(weeks):
    assert verdict(checks.lasting_gain, weeks) in checks.lasting_gain.slips


def test_the_trial_gives_part_of_the_points_for_part_of_what_it_shows():
    assert credit(checks.small_trial, "a d", 3) == 2
    assert credit(checks.small_trial, "a d e b", 3) == 2
    assert credit(checks.small_trial, "b c f", 3) == credit(checks.small_trial, "abcdef", 3) == 0


def test_the_weakest_of_the_club_hides_behind_a_mean_of_three():
    points = [int(line.split()[1]) for line in checks.CLUB.splitlines()]
    assert np.mean(points) == 3
    assert checks.CLUB.splitlines()[np.argmin(points)].split()[0] == "resources"


def test_what_is_reached_in_year_fifteen_follows_from_small_steps_in_time():
    def reached(publicity, word_of_mouth, never, years=15, step=0.001):
        share = 0.0  # of those who may ever adopt
        for _ in range(round(years / step)):
            share += step * (publicity + word_of_mouth * share) * (1 - share)
        return (1 - never) * share

    stepped = {
        "a": reached(0.005, 0.4, 0.5),
        "b": reached(0.005, 0.4, 0.25),
        "c": reached(0.005, 0.2, 0.5),
        "d": reached(0.01, 0.4, 0.5),
    }
    assert stepped == pytest.approx(checks.reach.expected(), abs=0.002)
    assert sorted(stepped, key=stepped.get) == ["c", "a", "d", "b"]
