"""The plan: what people type is read or refused with a sentence, and its arithmetic is right."""

import numpy as np
import pytest
from pytest import approx

from scaling import style
from scaling.capstone import plan as planning
from scaling.capstone.plan import plan
from scaling.form.export import shown_by
from scaling.rows import BadRow
from scaling.scaling_up import readiness, winners_curse
from scaling.three_scales import ripples

TASKS = (("Listen", "two workers", "1", "6", "12,000"), ("Open", "neighbours", "7", "2", "3000"))


def answers(**changes):
    return plan.checked({**plan.example, **changes})


def step(name):
    (found,) = [step for step in plan.steps if name in {field.name for field in step.fields}]
    return found


def look(name, **changes):
    return shown_by(step(name), answers(**changes))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", 0),
        ("12", 12),
        (" 12 ", 12),
        ("1.5", 1.5),
        ("12,500", 12_500),
        ("1,234,567.5", 1234567.5),
        ("£6,000", 6000),
        ("€ 8000", 8000),
        ("900 £", 900),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, value):
    assert planning.amount(typed, "the cost") == value


@pytest.mark.parametrize(
    "typed", ["", "1,5", "-3", "about 12", "12 500", "1e5", "nan", "9" * 20, "££6", "£"]
)
def test_what_is_no_number_is_refused_with_an_example(typed):
    with pytest.raises(ValueError, match=r"^the cost must be a number such as 12 or 1\.5; it is"):
        planning.amount(typed, "the cost")


@pytest.mark.parametrize(
    ("read", "row", "why"),
    [
        (planning.work, ("", "we", "2", planning.ADAPTED), "needs a name"),
        (planning.work, ("Listen", "we", "long", planning.ADAPTED), "the number of weeks must be"),
        (planning.work, ("Listen", "we", "6000", planning.ADAPTED), "at most 5,000"),
        (planning.work, ("Listen", "we", "2", "by post"), "is not one of"),
        (planning.stakeholders, ("Guests", "global", "2", "3", ""), "is not one of society-wide"),
        (planning.stakeholders, ("Guests", "individual", "11", "3", ""), "power can be at most 10"),
        (
            planning.stakeholders,
            ("Guests", "individual", "1", "x", ""),
            "interest must be a number",
        ),
        (planning.tasks, ("Open", "we", "0", "2", "5"), "must be at least 1"),
        (planning.tasks, ("Open", "we", "1", "0", "5"), "must be at least 0.1"),
        (planning.tasks, ("Open", "we", "1", "2", "free"), "the cost must be a number"),
        (planning.barriers, ("", "ask"), "needs a name"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(read, row, why):
    good = {
        planning.work: ("A", "", "1", planning.ADAPTED),
        planning.stakeholders: ("A", "individual", "1", "1", ""),
        planning.tasks: ("A", "", "1", "1", ""),
        planning.barriers: ("A", ""),
    }[read]
    assert len(read((good,))) == 1
    with pytest.raises(BadRow, match=why) as raised:
        read((good, row))
    assert raised.value.row == 1


def test_the_same_name_twice_is_refused():
    with pytest.raises(BadRow, match="there already"):
        planning.barriers((("Rain", ""), ("rain", "")))


def test_more_rows_than_can_be_drawn_are_refused():
    rows = tuple((f"barrier {n}", "") for n in range(planning.MOST_ROWS + 1))
    assert len(planning.barriers(rows[:-1])) == planning.MOST_ROWS
    with pytest.raises(BadRow, match="Join some"):
        planning.barriers(rows)


def test_weeks_add_up_by_the_way_they_travel():
    weeks = planning.weeks_by_way(planning.work(plan.example["process"]))
    assert weeks == {planning.AS_IT_IS: 2, planning.ADAPTED: 3, planning.GROWN_ANEW: 24}
    said = look("process").words
    assert said.startswith(
        f"Of 29 weeks of work, 24 ({style.percent(24 / 29)}) have to be grown anew in each place"
    )


def test_whoever_has_much_at_stake_and_little_power_is_named():
    assert planning.unheard(planning.stakeholders(plan.example["stakeholders"])) == [
        "Guests",
        "Neighbours who run it",
    ]
    for power, interest, is_unheard in ((4.9, 5, True), (5, 5, False), (0, 4.9, False)):
        row = ("Guests", "individual", str(power), str(interest), "")
        assert bool(planning.unheard(planning.stakeholders((row,)))) == is_unheard


def test_a_scale_at_which_nobody_stands_is_named():
    only = (("Guests", "individual", "2", "9", ""),)
    assert look("stakeholders", stakeholders=only).words.endswith(
        "Nobody stands at the society-wide and organisational scale yet."
    )
    assert look("stakeholders").words.endswith("All three scales are there.")


def test_a_task_of_two_months_from_month_seven_ends_after_month_eight():
    found = planning.tasks(TASKS)
    assert planning.duration(found) == 8
    assert planning.spent_by_month(found) == approx([2000] * 6 + [1500] * 2)


@pytest.mark.parametrize("seed", range(5))
def test_months_together_spend_what_the_tasks_cost(seed):
    generator = np.random.default_rng(seed)
    found = [
        planning.Task("", "", 1 + 10 * generator.random(), 0.1 + 9 * generator.random(), cost)
        for cost in generator.integers(0, 1000, 8)
    ]
    spent = planning.spent_by_month(found)
    assert spent.sum() == approx(sum(one.cost for one in found))
    assert (spent >= 0).all()
    assert len(spent) == np.ceil(planning.duration(found))


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ("50,000", "They cost 15,000 of the 50,000 there is;"),
        ("15000", "They cost 15,000 of the 15,000 there is;"),
        ("10,000", "They cost 15,000, 5,000 more than there is;"),
        ("", "They cost 15,000;"),
    ],
)
def test_the_cost_stands_beside_what_there_is(budget, said):
    assert said in look("tasks", tasks=TASKS, budget=budget).words


def test_a_barrier_without_an_answer_is_named():
    barriers = (("No room", ""), ("No money", "ask the parish"))
    assert "no answer yet to: No room." in look("tasks", tasks=TASKS, barriers=barriers).words


@pytest.mark.parametrize(
    ("name", "changes", "why"),
    [
        ("process", {"process": ()}, "Write down what was done"),
        ("stakeholders", {"stakeholders": ()}, "Name somebody"),
        ("tasks", {"tasks": ()}, "Write down a first task."),
        ("pilot_size", {"pilot_size": ""}, "Say how many people"),
        ("pilot_size", {"pilot_size": "1"}, "Two or more whole people"),
    ],
)
def test_what_cannot_be_shown_yet_says_what_is_missing(name, changes, why):
    assert look(name, **changes).startswith(why)


def test_a_budget_that_cannot_be_read_leaves_the_rest_standing():
    said = look("tasks", tasks=TASKS, budget="lots").words
    assert said.startswith("2 tasks over 8 months. They cost 15,000")
    assert said.endswith("What there is must be a number such as 12 or 1.5; it is “lots”.")


def test_a_bar_ends_where_the_label_of_its_last_month_ends():
    figure = look("tasks", tasks=(("Listen", "we", "1", "3", ""),)).picture
    assert list(figure.layout.xaxis.ticktext) == ["1", "2", "3"]
    assert list(figure.layout.xaxis.tickvals) == [1.5, 2.5, 3.5]
    assert figure.data[0].base[0] + figure.data[0].x[0] == 4


def test_readiness_that_nobody_has_scored_is_not_called_nothing():
    assert look("readiness", readiness=plan.empty["readiness"]).startswith("Not scored yet")


def test_the_brief_holds_what_was_written_and_what_follows_from_it():
    brief = dict(plan.brief(plan.checked(plan.example)))
    assert brief["What it costs"] == "20,000 over 18 months. There is 20000."
    assert "ends with month 18." in brief["What will be seen, and when"]
    assert "Guests and Neighbours who run it" in brief["Who has not been heard"]
    assert brief["What we answer"] == ""
    assert not any(text for _, text in plan.brief(plan.empty))


def test_every_question_has_a_plain_heading_on_paper():
    assert set(plan.headings) == {field.name for field in plan.fields}
    assert not any(heading.endswith("?") for heading in plan.headings.values())


def test_the_example_fills_every_step_and_leaves_the_answer_to_the_learner():
    answers = plan.checked(plan.example)
    assert [name for name, answer in answers.items() if not answer] == ["answer"]
    for step in plan.steps:
        if step.look is not None:
            assert len(step.look(answers).table) > 0


def test_the_example_scores_the_kettle_as_lesson_1_does():
    scored = readiness.run(own=planning.scores(plan.example["readiness"]))
    assert scored.now == readiness.run("kettle").now


def test_the_pilots_error_is_that_of_a_difference_of_two_means():
    draws = np.random.default_rng(1).normal(size=(20_000, 2, 50)).mean(axis=2)
    off_by = (draws[:, 0] - draws[:, 1]).std()
    assert off_by == approx(np.sqrt(2 / 50), rel=0.02)
    assert (
        "moves the result by about 0.20 of what people typically differ by"
        in look("pilot_size", pilot_size="50").words
    )


def test_readiness_is_that_of_lesson_1():
    rows = [[name, "2", "minutes"] for name, _, _ in plan.empty["readiness"]]
    rows[0][1], rows[3][2] = "0", ""
    still = look("readiness", readiness=rows)
    assert still.words.startswith("1.6 of 4 on average; weakest, with 0: evidence-based design.")
    assert still.words.endswith("Nothing is written down yet to show for resource allocation.")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda rows: rows[:-1], "All five components"),
        (lambda rows: [*rows[:-1], ["luck", "4", ""]], "none of the five"),
        (lambda rows: [[rows[0][0], "5", ""], *rows[1:]], "a score is one of 0, 1, 2, 3, 4"),
    ],
)
def test_scores_that_are_none_are_refused(change, why):
    rows = [list(row) for row in plan.empty["readiness"]]
    with pytest.raises(ValueError, match=why):
        plan.checked({"readiness": change(rows)})


def test_every_step_that_looks_shows_all_for_the_longest_names():
    long = "A name <b>that</b> is & goes on " * 5
    full = answers(
        process=((long, long, "20", planning.GROWN_ANEW),),
        stakeholders=tuple((f"{n} {long}", "individual", "9", "9", long) for n in range(6)),
        tasks=((long, long, "1", "500", "1,000,000"),),
        barriers=((long, ""),),
        pilot_size="1,000,000",
    )
    for one in plan.steps[1:]:
        still = shown_by(one, full)
        assert len(still.picture.data) > 0
        assert "<b>that" not in still.picture.to_json()
        assert len(still.table) > 0
        assert still.words


def test_what_to_believe_rests_on_how_much_pilots_differ(monkeypatch):
    believed = winners_curse.TAU**2 / (winners_curse.TAU**2 + 2 / 100)
    monkeypatch.setattr(winners_curse, "MEAN", 0.7)
    assert (
        f"only {style.percent(believed)} of what is" in look("pilot_size", pilot_size="100").words
    )


def test_two_names_that_begin_alike_keep_their_rows():
    names = [f"Talk with the housing association about {what}" for what in ("rooms", "money")]
    record = tuple((name, "we", "3", planning.GROWN_ANEW) for name in names)
    rows = tuple((name, "we", "1", "2", "10") for name in names)
    assert [list(trace.y) for trace in look("process", process=record).picture.data][2] == [0, 1]
    figure = look("tasks", tasks=rows).picture
    assert list(figure.data[0].y) == [0, 1]
    assert len(figure.layout.yaxis.ticktext) == 2


@pytest.mark.parametrize(
    ("rows", "budget", "said"),
    [
        ((("A", "", "1", "1", "100.4"),), "100", "They cost 100 of the 100 there is"),
        ((("A", "", "1", "2", "0.4"),), "", "They cost 0."),
    ],
)
def test_amounts_that_round_to_nothing_are_not_made_much_of(rows, budget, said):
    assert said in look("tasks", tasks=rows, budget=budget).words


def test_half_a_person_takes_no_part():
    assert look("pilot_size", pilot_size="12.5").startswith("Two or more whole people")


def test_a_scale_has_the_colour_that_it_has_in_lesson_5():
    assert [planning.COLOURS[scale] for scale in planning.SCALES] == list(ripples.COLOURS)
