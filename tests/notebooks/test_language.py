"""The course speaks plainly: to the reader, in British spelling, in sentences one can hold."""

import importlib
import itertools
import pkgutil
import re

import pytest

import scaling
from scaling.capstone import policies, telling
from scaling.checking import Check
from scaling.explorable import Explorable
from scaling.game import Game

NOTES = {"Note", "Careful", "Try it", "Hint"}
NEVER = {
    "an exclamation mark": r"(?<![\w#])\w+!(?!=)",
    "a word that belittles": r"\b(simply|just|obviously|of course|trivial(ly)?|easily)\b",
    "hype": r"\b(amazing|exciting|powerful|revolutionary|game.changing|cutting.edge|awesome)\b",
    "an emoji": "[\U0001f000-\U0001faff\u2600-\u26ff\u2700-\u2712\u2715-\u27bf\ufe0f]",
    "a label that puts the lack first": r"\b(the (poor|elderly|disabled)|beneficiaries)\b",
    "an em dash set like a pause": r"\w—\w| — ",
}
AMERICAN = (
    r"\b(\w*(?:organiz|recogniz|generaliz|summariz|minimiz|maximiz|realiz|emphasiz|randomiz"
    r"|standardiz|immuniz|centraliz|normaliz|visualiz|categoriz|prioritiz|utiliz)\w*"
    r"|analyz\w*|behavior\w*|color\w*|favor\w*|labor|neighbor\w*|center(?:s|ed)?|program(?:s)?"
    r"|judgment\w*|gray|toward|modeling|modeled|traveled|traveling|labeled|catalog|defense|offense"
    r"|fulfill|enroll|skeptic\w*|meter(?:s)?|liter(?:s)?|fiber|practiced|learned|spelled|math"
    r"|percent|aging|gotten)\b"
)
SENTENCE = 25  # words
LONGEST_SENTENCE = 40
LONG_SENTENCES = 0.06  # the share of sentences that may be longer than SENTENCE


def everything(kind):
    """All objects of one kind that stand in the package's modules, by where they stand."""
    names = [info.name for info in pkgutil.walk_packages(scaling.__path__, "scaling.")]
    names = [name for name in names if not name.endswith("__main__")]
    return {
        f"{name}.{attribute}": value
        for name in names
        for attribute, value in vars(importlib.import_module(name)).items()
        if isinstance(value, kind)
    }


EXPLORABLES, CHECKS, GAMES = map(everything, (Explorable, Check, Game))


def said_by_an_explorable(explorable):
    ask = explorable.ask
    controls = [control.label for control in explorable.controls]
    tasks = [task.text for task in explorable.tasks]
    asked = [explorable.title, ask.text, ask.because, ask.otherwise]
    return "\n\n".join([*asked, *controls, *tasks, explorable.limits])


def said_by_a_game(game):
    """What it says by itself, and in one game after a policy that makes every kind of move."""
    last = policies.play_all(1, policy="copy the best everywhere")
    states = [game.new(1)]
    for move in last.moves:
        states.append(game.play(states[-1], move))
    turns = [game.words(*pair) for pair in itertools.pairwise(states)]
    prices = [game.price(last, kind) for kind in game.kinds.values()]
    stories = [part for story in game.ending(last).stories for part in story]
    asked = [game.title, *game.story, game.ask.text, game.ask.because, game.limits]
    return "\n\n".join([*asked, *telling.WHY.values(), *prices, *turns, *stories])


def said_by_a_check(check):
    return "\n\n".join([check.meaning, *check.slips])


def plain(text):
    """Prose alone: without code, formulas, tables, links, references, quoted titles and markup."""
    text = text.split("### References")[0]
    text = re.sub(r"```.*?```|`[^`]*`|\$[^$]+\$", "X", text, flags=re.DOTALL)
    text = re.sub(r"^\|.*$|^### (BEGIN|END) .*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"“[^”]{12,}”", "“X”", text)
    return re.sub(r"<[^>]+>", " ", text)


def sentences(text):
    """Sentences of prose; a heading, a list item and a line of a box each end one."""
    text = re.sub(r"^(#+|>? ?- |>|\d\.) *", "\n\n", plain(text), flags=re.MULTILINE)
    blocks = [re.sub(r"\s+", " ", block).strip(" *") for block in re.split(r"\n\s*\n", text)]
    parts = [re.split(r"(?<=[.?])[*”)]* +(?=[A-Z“*(])", block) for block in blocks if block]
    return [sentence for part in parts for sentence in part if len(sentence.split()) > 2]


TEXTS = {
    **{f"explorable {name}": said_by_an_explorable(value) for name, value in EXPLORABLES.items()},
    **{f"game {name}": said_by_a_game(value) for name, value in GAMES.items()},
    **{f"check {name}": said_by_a_check(value) for name, value in CHECKS.items()},
}


@pytest.fixture(params=TEXTS.values(), ids=TEXTS)
def package_text(request):
    return request.param


def test_every_module_with_a_lesson_has_texts_to_read():
    assert len(EXPLORABLES) >= 6
    assert len(CHECKS) >= 15


def never(text):
    """What is found of that which is never used, by what it is."""
    found = {what: re.findall(pattern, text, re.IGNORECASE) for what, pattern in NEVER.items()}
    return {what: where for what, where in found.items() if where}


def test_a_page_never_uses(authored):
    assert never(plain(authored.text).replace("✔", "")) == {}


def test_explorables_and_checks_never_use(package_text):
    assert never(plain(package_text)) == {}


def test_a_page_is_spelt_the_british_way(authored):
    assert re.findall(AMERICAN, plain(authored.text), re.IGNORECASE) == []


def test_explorables_and_checks_are_spelt_the_british_way(package_text):
    assert re.findall(AMERICAN, plain(package_text), re.IGNORECASE) == []


def test_no_sentence_of_a_page_is_too_long_and_few_are_long(authored):
    lengths = {sentence: len(sentence.split()) for sentence in sentences(authored.text)}
    assert [text for text, words in lengths.items() if words > LONGEST_SENTENCE] == []
    long = [text for text, words in lengths.items() if words > SENTENCE]
    assert len(long) <= LONG_SENTENCES * len(lengths), long


def test_no_sentence_of_an_explorable_or_a_check_is_too_long(package_text):
    lengths = {sentence: len(sentence.split()) for sentence in sentences(package_text)}
    assert [text for text, words in lengths.items() if words > LONGEST_SENTENCE] == []


def test_notes_use_one_of_four_forms_and_stand_in_a_blockquote(authored):
    pages_box = authored.prose[0].source
    for cell in authored.prose:
        for block in re.split(r"\n\s*\n", cell.source):
            begins = re.match(r"(> )?\*\*([^*]+)\*\*", block)
            if block.startswith(">") and block not in pages_box:
                assert begins, f"a blockquote that is no note: {block[:60]}"
                assert begins[2] in NOTES, block[:60]
            elif begins and begins[2] in NOTES:
                assert begins[1] or cell.id.startswith("title"), f"not in a quote: {block[:60]}"


def test_hints_that_unfold_say_that_they_are_hints(solution):
    for summary in re.findall(r"<summary>(.*?)</summary>", solution.text):
        assert summary.startswith("<b>Hint</b>"), summary
    assert solution.text.count("<details>") == solution.text.count("</details>")


def test_a_page_speaks_to_you(lesson):
    words = re.findall(r"\w+", plain(lesson.text).casefold())
    assert words.count("you") >= 5
    assert not {"learners", "learner", "user", "users"} & set(words)


def test_quotation_marks_are_the_curly_ones(authored):
    assert '"' not in re.sub(r"<[^>]+>", "", plain(authored.text))


def test_per_cent_has_a_space_before_its_sign(authored):
    assert re.findall(r"\d%", plain(authored.text)) == []
