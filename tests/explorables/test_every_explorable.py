"""Every explorable of the course keeps the promises that are made for all of them.

They are found by looking, so a new one is tried here as soon as it is written.
"""

import functools
import inspect
import itertools
import math
import re
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

import scaling
from scaling import style
from scaling.ask import NEAR
from scaling.explorable import Choice, Paste, Rows, Slider, all_explorables, said
from scaling.stacking import stacked

PACKAGE = Path(scaling.__file__).parent
EXPLORABLES = all_explorables()
every = pytest.mark.parametrize("explorable", EXPLORABLES.values(), ids=EXPLORABLES)


def controls(*kinds):
    """Parametrize a test over all controls of some kinds."""
    return pytest.mark.parametrize(
        ("explorable", "control"),
        [
            pytest.param(explorable, control, id=f"{name}-{control.name}")
            for name, explorable in EXPLORABLES.items()
            for control in explorable.controls
            if isinstance(control, kinds)
        ],
    )


def positions(slider):
    """All values of a slider, as its widget hands them over: whole ones as integers."""
    count = round((slider.high - slider.low) / slider.step)
    values = [round(slider.low + step * slider.step, 10) for step in range(count + 1)]
    ends = (slider.low, slider.high, slider.start, slider.step)
    return [int(v) for v in values] if all(float(e).is_integer() for e in ends) else values


def extremes(control):
    """The values of a control at which things go wrong first."""
    match control:
        case Slider():
            return [positions(control)[0], positions(control)[-1]]
        case Choice():
            return list(control.options.values())
        case Paste():
            return [control.start, control.example, control.example.splitlines()[0], "?"]
        case Rows():
            return [control.start, control.start[:1], control.start[1:], ()]


def shown(still):
    """What a learner gets, in a form that can be compared."""
    return still.words, still.table.to_csv(), still.picture.to_json()


@functools.cache
def still_with(key, control, value):
    """The start with another value of a control; several tests look at the same ones."""
    return EXPLORABLES[key].still(**{control: value})


@functools.cache
def result_at_start(key):
    """What the model finds at the start."""
    return EXPLORABLES[key].run(**EXPLORABLES[key].start)


@functools.cache
def shown_at_start(key):
    return shown(EXPLORABLES[key].still())


def is_a_sentence(text):
    return bool(re.fullmatch(r"[^\s].*[.?]", text)) and "\n" not in text and " " in text


def assert_complete(still):
    """Fail unless picture, words and table all say something, in words."""
    assert isinstance(still.picture, go.Figure)
    assert len(still.picture.data) > 0
    assert isinstance(still.table, pd.DataFrame)
    assert not still.table.empty
    assert still.table.columns.is_unique
    assert still.table.index.is_unique
    assert is_a_sentence(still.words)
    assert re.search(r"\d", still.words), "no number in the words"
    ends = re.findall(r"[.?!](?=\s+[A-Z“\d]|$)", still.words)
    assert len(ends) <= 2, still.words
    assert not re.search(r"\b(nan|NaN|inf|np\.\w+)\b", still.words), still.words
    cells = {str(cell) for cell in still.table.to_numpy().ravel()}
    assert not cells & {"nan", "None", "<NA>", "inf", "-inf", "True", "False"}


def test_there_are_explorables():
    folders = [file.parent.name for file in sorted(PACKAGE.glob("*/*.py"))]
    assert len(EXPLORABLES) >= 6
    assert {key.split(".")[0] for key in EXPLORABLES} <= set(folders)


def test_every_module_that_declares_one_is_found():
    declared = {
        f"{file.parent.name}.{file.stem}"
        for file in PACKAGE.glob("*/*.py")
        if re.search(r"^explorable = Explorable\(", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert set(EXPLORABLES) == declared


# What is written


@every
def test_it_has_a_name_of_its_own_that_its_place_gives(explorable, request):
    assert explorable.key == request.node.callspec.id
    assert list(EXPLORABLES.values()).count(explorable) == 1


@every
def test_it_has_at_most_four_controls_each_an_argument_of_the_model(explorable):
    names = [control.name for control in explorable.controls]
    assert 1 <= len(names) <= 4
    assert len(set(names)) == len(names)
    assert set(names) <= set(inspect.signature(explorable.run).parameters)


@controls(Slider, Choice, Paste, Rows)
def test_a_control_is_labelled_in_words(explorable, control):
    label = control.label
    assert label[0].isupper()
    assert label != control.name
    assert "_" not in label
    assert re.search(r"[a-z]{3}", label)
    if isinstance(control, Choice):
        assert len(control.options) >= 2
        assert all("_" not in option and option.strip() for option in control.options)


@controls(Slider)
def test_a_slider_ends_and_starts_on_one_of_its_steps(explorable, control):
    steps = (control.high - control.low) / control.step
    assert steps == pytest.approx(round(steps))
    assert any(math.isclose(control.start, value) for value in positions(control))


@every
def test_it_asks_a_question_and_explains_the_tempting_answer(explorable):
    ask = explorable.ask
    assert ask.text.rstrip().endswith("?")
    assert ask.because.endswith(".")
    assert ask.because[0].islower()  # it stands after a colon


@every
def test_it_says_what_an_answer_off_to_the_other_side_overlooks(explorable):
    assert is_a_sentence(explorable.ask.otherwise)
    assert len(explorable.ask.otherwise.split()) <= 25


@every
def test_it_gives_two_or_three_tasks_and_says_what_it_leaves_out(explorable):
    texts = [task.text for task in explorable.tasks]
    assert 2 <= len(texts) <= 3
    assert len(set(texts)) == len(texts)
    for text in (*texts, explorable.limits):
        assert is_a_sentence(text)
    assert len(explorable.limits.split()) >= 10


@every
def test_a_task_sets_existing_controls_and_tells_what_there_was_to_see(explorable):
    def at(**values):
        return explorable.run(**(explorable.start | values))

    for task in explorable.tasks:
        assert set(task.sets) <= set(explorable.start)
        explorable.still(**task.sets)
        seen = task.seen(at)
        assert is_a_sentence(seen), seen
        assert len(seen.split()) <= 45, seen
        assert not re.search(r"\b(nan|inf|None|np\.\w+)\b", seen), seen
    assert any(task.sets for task in explorable.tasks)


@every
def test_a_task_does_not_set_what_is_set_already(explorable):
    for task in explorable.tasks:
        assert not task.sets or dict(task.sets) != {
            name: explorable.start[name] for name in task.sets
        }


def written(explorable):
    """The number that answers the question, as the learner is told it."""
    outcome = float(explorable.answer(result_at_start(explorable.key)))
    return style.number(outcome, explorable.ask.digits)


NUMBER = re.compile(r"\N{MINUS SIGN}?\d[\d,]*(?:\.\d+)?")


def numbers(sentence):
    return [number.rstrip(",") for number in NUMBER.findall(sentence)]


@every
def test_the_first_sentence_after_the_prediction_tells_what_was_asked(explorable):
    brief = explorable.brief(result_at_start(explorable.key), None)
    assert written(explorable) in numbers(brief), brief


def assert_brief(explorable, values, before):
    brief = explorable.brief(explorable.run(**values), before)
    assert is_a_sentence(brief), brief
    assert len(brief.split()) <= 20, brief
    assert len(numbers(brief)) <= 2, brief
    assert not re.search(r"\b(nan|inf|None|np\.\w+)\b", brief), brief


@controls(Slider, Choice, Paste, Rows)
def test_its_sentence_is_brief_wherever_a_control_is_set(explorable, control):
    start = result_at_start(explorable.key)
    assert_brief(explorable, explorable.start, None)
    for value in extremes(control):
        values = explorable.start | {control.name: value}
        try:
            there = explorable.run(**values)
        except ValueError:
            continue
        assert_brief(explorable, values, start)
        assert_brief(explorable, explorable.start, there)


@every
def test_the_prediction_can_be_drawn_in_the_picture_that_was_asked_about(explorable):
    if explorable.mark is None:
        return
    ask, mark = explorable.ask, explorable.mark
    result = result_at_start(explorable.key)
    outcome = float(explorable.answer(result))
    axis = explorable.picture(result).layout[f"{mark.axis[0]}axis{mark.axis[1:]}"]
    assert axis.range, "an axis whose ends are fixed, or a mark could lie outside"
    ends = [10**end if axis.type == "log" else end for end in axis.range]
    assert min(ends) <= outcome * mark.scale <= max(ends), "what comes out is not on the axis"
    for predicted in (ask.low, ask.tempting, ask.high):
        figure = explorable.picture(result)
        before = len(figure.layout.annotations)
        said.draw(figure, mark, ask, predicted, outcome)
        assert len(figure.layout.annotations) == before + 1
        text = figure.layout.annotations[-1].text.replace("<br>", " ")
        assert f"you said {style.number(predicted, ask.digits)}" in text
        assert ask.unit in text or len(ask.unit) > said.LONGEST_UNIT


def test_most_explorables_draw_the_prediction_in_the_picture():
    marked = [key for key, explorable in EXPLORABLES.items() if explorable.mark]
    assert len(marked) >= len(EXPLORABLES) / 2


@every
def test_its_panels_can_be_stacked_and_lose_nothing(explorable):
    figure = explorable.picture(result_at_start(explorable.key))
    slim = stacked(figure)
    assert len(slim.data) == len(figure.data)
    assert len(slim.layout.annotations) == len(figure.layout.annotations)
    columns = {tuple(axis.domain or (0, 1)) for axis in figure.select_xaxes()}
    if len({low for low, _ in columns}) > 1:
        assert slim.layout.height > figure.layout.height
        assert {axis.domain[0] for axis in slim.select_xaxes()} == {0}


@every
def test_the_tempting_prediction_is_right_or_far_from_what_comes_out(explorable):
    ask = explorable.ask
    outcome = float(explorable.answer(result_at_start(explorable.key)))
    assert ask.low <= outcome <= ask.high  # a learner can be right
    if ask.is_right:
        assert abs(outcome - ask.tempting) <= NEAR * (ask.high - ask.low)
        return
    assert abs(outcome - ask.tempting) >= 0.1 * (ask.high - ask.low)
    assert ask.write(outcome) != ask.write(ask.tempting)


def test_in_about_a_third_of_the_questions_the_first_thought_is_right():
    """A learner who always answers against the first thought is wrong about as often."""
    right = sum(explorable.ask.is_right for explorable in EXPLORABLES.values())
    assert 0.3 <= right / len(EXPLORABLES) <= 0.4
    lessons = {key.split(".")[0] for key, one in EXPLORABLES.items() if one.ask.is_right}
    assert len(lessons) >= 6


# What is shown


@every
def test_it_starts_complete_and_starts_the_same_again(explorable):
    still = explorable.still()
    assert still.title == explorable.title
    assert_complete(still)
    assert shown(still) == shown(explorable.still())
    assert shown(still) == shown(explorable.still(**explorable.start))


@controls(Slider, Choice, Paste, Rows)
def test_it_is_complete_at_the_ends_of_every_control_or_says_why_not(explorable, control):
    complete = 0
    for value in extremes(control):
        try:
            still = still_with(explorable.key, control.name, value)
        except ValueError as error:
            assert is_a_sentence(str(error)), error
        else:
            assert_complete(still)
            complete += 1
    assert complete >= 2


@pytest.mark.slow
@every
def test_it_is_complete_in_the_corners_or_says_why_not(explorable):
    sliders = [control for control in explorable.controls if isinstance(control, Slider)]
    choices = [control for control in explorable.controls if isinstance(control, Choice)]
    chosen = [{}] + [{c.name: value} for c in choices for value in c.options.values()]
    complete = 0
    for ends in itertools.product(*(extremes(slider) for slider in sliders)):
        for choice in chosen if len(sliders) < 3 else chosen[:1]:
            values = dict(zip([slider.name for slider in sliders], ends, strict=True)) | choice
            try:
                still = explorable.still(**values)
            except ValueError as error:
                assert is_a_sentence(str(error)), error
            else:
                assert_complete(still)
                complete += 1
    assert complete >= 2


@controls(Slider)
def test_one_step_from_the_start_changes_words_picture_and_table(explorable, control):
    """With an arrow key to the one side or the other; the words change with both."""
    values = positions(control)
    start = min(range(len(values)), key=lambda i: abs(values[i] - control.start))
    before = shown_at_start(explorable.key)
    after = [
        shown(explorable.still(**{control.name: values[i]}))
        for i in (start - 1, start + 1)
        if 0 <= i < len(values)
    ]
    changed = [[one != other for one, other in zip(before, state, strict=True)] for state in after]
    assert all(words for words, _, _ in changed)
    assert [True, True, True] in changed


@pytest.mark.slow
@controls(Slider)
def test_no_step_of_a_slider_is_dead(explorable, control):
    before = None
    for value in positions(control):
        try:
            result = explorable.run(**(explorable.start | {control.name: value}))
        except ValueError:
            continue
        after = explorable.words(result), explorable.table(result).to_csv()
        assert after != before, f"{control.name} = {value} changes nothing"
        before = after


@controls(Choice)
def test_every_option_shows_another_picture_and_says_something_else(explorable, control):
    states = [
        shown(still_with(explorable.key, control.name, value)) for value in control.options.values()
    ]
    for part in (0, 2):
        assert len({state[part] for state in states}) == len(states)


@controls(Slider)
def test_moving_a_slider_keeps_the_kinds_and_the_number_of_traces(explorable, control):
    """So that the picture on the page changes in place, and zoom and focus stay."""
    kinds = set()
    for value in [*extremes(control), control.start]:
        try:
            picture = still_with(explorable.key, control.name, value).picture
        except ValueError:
            continue
        kinds.add(tuple(trace.type for trace in picture.data))
    assert len(kinds) == 1


def fonts(part, place=""):
    """Every font that a picture sets itself, with the place where it does."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("font", "textfont", "tickfont") and isinstance(value, dict):
                yield f"{place}.{key}", value
            elif key != "template":
                yield from fonts(value, f"{place}.{key}")
    elif isinstance(part, list | tuple):
        for i, value in enumerate(part):
            yield from fonts(value, f"{place}[{i}]")


@every
def test_its_text_is_large_enough_and_takes_its_colour_from_the_theme(explorable):
    for place, font in fonts(explorable.still().picture.to_plotly_json()):
        assert font.get("size", 12) >= 12, place
        assert "color" not in font, place


@every
def test_its_picture_is_laid_out_but_leaves_template_and_width_to_the_page(explorable):
    picture = explorable.picture(result_at_start(explorable.key))
    assert picture.layout.width is None
    assert 250 <= picture.layout.height <= 700
    assert picture.layout.template == go.Figure().layout.template


@every
def test_an_unknown_control_is_named_beside_the_known_ones(explorable):
    with pytest.raises(ValueError, match="has no control named bogus") as caught:
        explorable.still(bogus=1)
    for name in explorable.start:
        assert name in str(caught.value)
