"""Every exercise opens, says what is not done without a fright, and praises what is right."""

from typing import NamedTuple

import pytest
from conftest import LESSON, ROOT
from lab import MINUTE, close, select, type_into
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Exercise(NamedTuple):
    """What is tried in one exercise; cells go by their ids."""

    name: str
    picture: str  # the cell that shows the picture of question 1
    label: str  # words in the picture or below it
    function: str  # a question that a function answers
    right: str  # such a function
    number: str  # a question that numbers answer
    slip: str
    hint: str  # what the check says to it
    needs: tuple[str, ...] = ()  # given cells whose names are in the number's answer cell


EXERCISES = [
    Exercise(
        name="01-scaling-up",
        picture="m1-pilots",
        label="the best of 40 pilots",
        function="m1-odds-ratio",
        right=(
            "def odds_ratio(treated_n, treated_reoffended, control_n, control_reoffended):\n"
            "    treated_odds = (treated_n - treated_reoffended) / treated_reoffended\n"
            "    control_odds = (control_n - control_reoffended) / control_reoffended\n"
            "    return treated_odds / control_odds"
        ),
        number="m1-one-study",
        slip="one_study = (17 / 20) / (22 / 37)",
        hint=(
            "This is a risk ratio: it divides those who did not reoffend by everybody. Odds divide "
            "them by those who did."
        ),
    ),
    Exercise(
        name="02-process-and-product",
        picture="m2-waterfall",
        label="effect in one place",
        function="m2-fidelity",
        right=(
            "def fidelity(process_share, reception, grown_anew):\n"
            "    return (1 - process_share) * reception + process_share * grown_anew"
        ),
        number="m2-kept",
        slip="kept = 1 - 0.7 * 0.5",
        hint=(
            "Either brackets are missing (first 1 − 0.7, then times 0.5), or half of the process "
            "is counted too: nothing of it arrives."
        ),
    ),
    Exercise(
        name="03-size-and-context",
        picture="m3-forest",
        label="Next place, by latitude",
        function="m3-pairs",
        right="def pairs(n):\n    return n * (n - 1) / 2",
        number="m3-voice",
        slip="voice = 90 / 47",
        hint="Everybody in the room shares the minutes: divide by n, not by n − 1.",
    ),
    Exercise(
        name="04-scaling-down",
        picture="m4-three-ways",
        label="each on its own",
        function="m4-break-even-shared",
        right=(
            "def break_even_shared(extra_cost, shared, coordination):\n"
            "    return (extra_cost * (1 - shared) + coordination) ** 0.5"
        ),
        number="m4-break-even",
        slip="break_even = 0.81 / 2",
        hint="This halves the cost. It should be the number which, times itself, makes the cost.",
    ),
    Exercise(
        name="05-three-scales",
        picture="m5-ripples",
        label="Each diamond marks the furthest point",
        function="m5-outcome",
        right="def outcome(need, has, gets):\n    return 1 - np.exp(-(has + gets) / need)",
        number="m5-ratio-and-difference",
        slip="ratio_and_difference = [272 / 191, 272 - 191]",
        hint=(
            "These compare numbers of deaths. There were fewer maternities in the later years: "
            "compare rates."
        ),
    ),
    Exercise(
        name="06-capstone",
        picture="m6-stakeholders",
        label="Power and stake of 8 people",
        function="m6-spent",
        right=(
            "def spent(month, start, months, cost):\n"
            "    return cost / months if start <= month < start + months else 0"
        ),
        number="m6-grown-share",
        slip="grown_share = 3 / 7",
        hint=(
            "This is a share of the rows. A row of 17 weeks counts for more than a row of one: add "
            "up the weeks."
        ),
        needs=("m6-process",),
    ),
]


def test_every_exercise_is_tried_here():
    assert [one.name for one in EXERCISES] == sorted(
        path.parent.name
        for path in ROOT.glob("exercises/[0-9]*/*.ipynb")
        if not path.parent.name.endswith("-understand")  # test_fill.py tries these
    )


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(one, id=one.name, marks=[] if one.name == LESSON else [pytest.mark.thorough])
        for one in EXERCISES
    ],
)
def exercise(request):
    return request.param


@pytest.fixture(scope="module")
def opened(classroom, exercise):
    """The exercise with its imports, and what the number needs, run."""
    page = classroom.open(f"exercises/{exercise.name}/{exercise.name}-exercise.ipynb", view="lab")
    for cell_id in (f"m{int(exercise.name[:2])}-imports", *exercise.needs):
        run(page, cell_id)
    yield page
    close(page)


def run(page, cell_id):
    """Run a cell and wait for its number; return what it shows."""
    cell = select(page, cell_id)
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell')")
    expect(cell.locator(".jp-InputPrompt")).to_contain_text("]:")
    return cell.locator(".jp-OutputArea-output").all_inner_texts()


def is_not_done(said):
    return said.startswith("Not done yet") and len(said.splitlines()) == 1


def test_what_is_not_done_says_so_in_one_line(opened, exercise):
    for cell_id in (f"{exercise.number}-answer", exercise.number):
        (said,) = run(opened, cell_id)
        assert is_not_done(said), said


def test_a_function_that_is_not_written_is_not_done_either(opened, exercise):
    assert run(opened, f"{exercise.function}-answer") == []
    (said,) = run(opened, exercise.function)
    assert is_not_done(said), said


def test_a_right_function_gets_its_tick(opened, exercise):
    type_into(opened, f"{exercise.function}-answer", exercise.right)
    assert run(opened, f"{exercise.function}-answer") == []
    (said,) = run(opened, exercise.function)
    assert said.startswith("✔ ")
    assert len(said.splitlines()) == 1


def test_a_wrong_number_gets_a_hint_in_one_line(opened, exercise):
    type_into(opened, f"{exercise.number}-answer", exercise.slip)
    run(opened, f"{exercise.number}-answer")
    assert run(opened, exercise.number) == [exercise.hint]


def test_the_picture_of_question_1_is_drawn_with_its_words_and_table(opened, exercise):
    run(opened, exercise.picture)
    cell = select(opened, exercise.picture)
    expect(cell.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    stops = cell.locator(".js-plotly-plot").locator("a, button, input, [tabindex]")
    expect(stops).to_have_count(0)  # a toolbar's buttons would stand in the way of Tab
    expect(cell.get_by_text(exercise.label).first).to_be_visible()
    folded = cell.get_by_text("The figures behind the picture")
    if folded.count():
        folded.click()
    expect(cell.get_by_role("table")).to_be_visible()
    assert opened.complaints == []


def test_run_all_goes_past_what_is_not_answered_to_the_ending(opened, exercise):
    ending = f"m{int(exercise.name[:2])}-ending"
    # the command waits for its own question to be answered: nobody may wait for the command
    opened.evaluate("() => { jupyterapp.commands.execute('notebook:restart-run-all') }")
    accept = opened.locator(".jp-Dialog .jp-mod-accept")
    expect(accept).to_be_visible()
    accept.click()
    last = opened.locator(".jp-Notebook-cell").last
    expect(last.get_by_text("Where you are")).to_be_visible(timeout=2 * MINUTE)
    expect(last.get_by_text("points that checks give")).to_be_visible()
    assert select(opened, ending).get_by_role("link").count() > 3
    # every cell has run: data below an open question are there
    prompts = opened.evaluate(
        "() => jupyterapp.shell.currentWidget.content.widgets"
        ".filter(cell => cell.model.type === 'code')"
        ".map(cell => cell.model.sharedModel.execution_count)"
    )
    assert all(prompts), prompts


def test_a_link_of_the_ending_leads_to_the_part_of_an_open_question(opened, exercise):
    cell = select(opened, f"m{int(exercise.name[:2])}-ending")
    link = cell.get_by_role("link").filter(has_text="Question").first
    link.click()
    heading = link.get_attribute("href").rpartition("#")[2]
    number = heading.split("-")[0]
    shown = opened.locator(".jp-MarkdownOutput h2").filter(has_text=f"{number} ").first
    expect(shown).to_be_in_viewport()


def test_a_check_below_an_answer_that_stopped_says_what_stopped_it(opened, exercise):
    type_into(opened, f"{exercise.number}-answer", "answer = 24 x 400")
    said = run(opened, f"{exercise.number}-answer")
    assert said[-1].strip() == "Write * for “times”, not x."
    (said,) = run(opened, exercise.number)
    # an earlier test has answered, or, where this one is run alone, nobody has
    assert said.startswith(("Your answer cell stopped with an error", "Not done yet: "))
    assert "Write * for “times”, not x." in said
    assert "Run its answer cell first" not in said
