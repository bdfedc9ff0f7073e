"""What stops a beginner's cell is said in plain words, with its usual cause."""

import builtins
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scaling.checking.explain import explain, unreadable

UNREADABLE = {
    "24 x 400": "Write * for “times”, not x.",
    "people = 24x400": "Write * for “times”, not x.",
    "people = 24 × 400": "Write * for “times”, not ×.",
    "kept = 1 − 0.7": "The minus sign was copied from a text",
    "reading = “b”": "The quotation marks are curly",
    "reading = ‘b’": "The quotation marks are curly",
    'reading = "b”': "The quotation marks are curly",
    "voice = 90\u00a0/ 48": "There is an invisible sign in the line",
    "voice =\u200b 90 / 48": "There is an invisible sign in the line",
    "pairs（3）": "Type ( in place of （",
    "loss = 0,0123": "Write a decimal point, not a comma.",
    "week = 05": "Write a whole number without a 0 in front",
    "survives = 66%": "Write per cent as a division: 0.66 or 66 / 100, not 66%.",
    "=0.9^4": "A line cannot begin with =",
    "later = 100 000 * 3": "Write 100000 without a blank in it.",
    "later = 100’000 * 3": "Write a large number without a sign in it",
    "cost = £80": "Leave the currency sign out",
    "people = 24 * 400 people": "Leave words and units out",
    "voice = 90 / 48 minutes": "Leave words and units out",
    "spread = √(2/72)": "Write a square root as ** 0.5",
    "survives = 0.9⁴": "Write a power with **",
    "voice = (90 / 48": "A bracket is opened and never closed",
    "voice = 90 / 48)": "A closing bracket has no partner",
    "loops = [3, 1)": "A bracket is closed by one of another kind",
    'reading = "b': "Quotation marks come in pairs",
    "def pairs(n)\n    return n": "The line that begins with def has to end with a colon.",
    "while n < 3\n    n = n + 1": "The line that begins with while has to end with a colon.",
    "def pairs(n):\nreturn n": "Indent the line below the colon",
    "    x = 1\n  y = 2": "begin",
    "x = 1\n  y = 2": "The line begins with blanks and should not",
    "return n * 2": "The return line stands outside of the function",
    "def pairs(n):\n    return n * (n - 1)2": "Python needs a * between ) and 2.",
    "x = 2n + 1": "Python needs a * between 2 and n.",
    "```python\nvoice = 90 / 48\n```": "Delete the lines that hold ```",
    "90 / 48 = voice": "The name stands alone on the left of =",
    "pairs(n) = n * 2": "A function begins with def",
    "pairs(n):\n    return n * 2": "A function begins with def",
    "voice = 90 / 48 =": "Delete the = at the end",
    "promise = b d a c": 'Words go in quotes: "b d a c".',
    "cases = 1b 2a 3b": 'Put the pairs in quotes: "1b 2a 3b".',
    "cases = 1b, 2a, 3b": 'Put the pairs in quotes: "1b, 2a, 3b".',
    "exception = Hurricane Frederic": 'Words go in quotes: "Hurricane Frederic".',
    "grown-share = 3": "A name has _ in it, not -.",
    "grown share = 3": "A name is one word",
    "loops = [3; 1]": "Separate values by commas, not by semicolons.",
    "loops = [3 1]": "Values are separated by commas",
    "voice = 90 /": "Something is missing at the end of the line.",
    "The answer is 3": "Python reads this line as code: begin a note with #.",
    "lambda = 3": "“lambda” is a word of Python's own",
    "if n = 3:\n    x = 1": "Write == to ask whether two things are equal.",
    ">>> voice = 90 / 48": "Delete the signs in front of the code",
    "In [1] voice = 90": "Delete the signs in front of the code",
    "voice = \\frac{90}{48}": "This is a formula as it is printed",
    "voice = $x$": "This is a formula as it is printed",
    "voice = $80": "Leave the currency sign out",
    "voice = 80$": "Leave the currency sign out",
    "reading = 'it's late'": "The apostrophe ends the text",
    "def pairs n:\n    return n": "After the function's name come its arguments",
    "if n:\n        x = 1\n    y = 2": "Lines that belong together begin with equally many blanks.",
    "if n:\n\tx = 1\n        y = 2": "Indent with blanks only",
    "print 3": "The function print needs round brackets.",
    "voice := 90 / 48": "Write = and not :=.",
    "[n for n in loops if n => 3]": "Write >= or <=, with the = last.",
    "[n for n in loops if n =< 3]": "Write >= or <=, with the = last.",
    "voice = = 90": "There is one = too many.",
    "loss = |3 - 4|": "Write an absolute value as abs(x).",
    "ways = 5!": "write the product out",
    "people = 1.000.000": "A number has one decimal point",
    "voice = / 48": "Something is missing in front of the sign",
    "let voice = 3": "Python needs no word there: begin with the name.",
    "for = 3": "“for” is a word of Python's own",
    "voice = 90 ÷ 48": "Write / for “divided by”, not ÷.",
    "few = n ≤ 4": "Write <= for “at most”.",
    "many = n ≥ 4": "Write >= for “at least”.",
    "other = n ≠ 4": "Write != for “not equal”.",
    "half = ½": "Write a fraction as a division",
    "voice = …": "The dots stand where your answer goes",
    "survives = 66％": "Write per cent as a division: 66 / 100.",
    "loss = 0‚0123": "Write a decimal point, not a comma.",
    "days = ☂": "Python cannot read the sign ☂",
    "voice = [66%, 3]": "Write per cent as a division: 0.66 or 66 / 100, not 66%.",
    "voice = 90 48": "A sign is missing between 90 and 48, such as * or a comma.",
    "spread = 2m + 1": "Python needs a * between 2 and m. A unit is left out.",
    "voice = (3) minutes": "Python needs a * between ) and minutes.",
    "voice = (90  # of (48": "A bracket is opened and never closed",
    'word = "a" b': "Look at “b”, and right before it.",
}

STOPS = {
    "reading = b": 'Put the letter in quotes: reading = "b".',
    "promise = b, d, a": 'Put the letters in quotes: promise = "b, d, a".',
    "promise = [b, d, a]": 'Put the letters in quotes: promise = "b, d, a".',
    "promise = b > d > a": 'Put the letters in quotes: promise = "b > d > a".',
    "reading = B": 'Put the letter in quotes: reading = "B".',
    "b": "Put the letter in quotes, after the name and =",
    "exception = Frederic": 'If it is a word and no name, put it in quotes: "Frederic".',
    "voice == 90 / 48": "write voice = …",
    "spread = sqrt(2 / 72)": "In Python sqrt is np.sqrt.",
    "spread = ln(2)": "In Python ln is np.log.",
    "spread = np.ln(2)": "In numpy it is np.log.",
    "weights = 1 / variance": "Is “variances” meant?",
    "survives = 0.9^4": "In Python the power is written **, not ^.",
    "half = variances ^ 0.5": "In Python the power is written **, not ^.",
    "ties = n (n - 1) / 2": "Python needs a * between n and the bracket.",
    "ties = 2(n - 1)": "Python needs a * between 2 and the bracket.",
    "ties = (n)(n - 1)": "Python needs a * between ) and the bracket.",
    "max = 3; max(4, 5)": "The name of the function max is given to a value",
    'rate = "12" / 4': "Does a number stand in quotes?",
    "rate = 1,5 + 2": "",  # Python takes it: no error at all
    "rate = (1,5) / 2": "A comma makes two numbers out of one",
    "rate = print(3) / 2": "A value is None",
    "rate = [1, 2] / 2": "make it np.asarray(…) first",
    "rate = mean_of / 2": "A function is used without its brackets",
    "rate = mean_of[2]": "A function is called with round brackets.",
    "rate = mean_of()": "Some values are missing in the brackets.",
    "rate = mean_of(1, 2)": "There are more values in the brackets",
    "rate = 1 / 0": "Something is divided by zero.",
    "rate = [1, 2][2]": "counting begins at 0",
    "import pandsa": "This package is not part of the course",
    "weights = Variances": "Is “variances” meant?",
    "few = true": "In Python it is True, with a capital letter.",
    "few = false": "In Python it is False, with a capital letter.",
    "few = none": "In Python it is None, with a capital letter.",
    "rate = pd.Series([1])": "“pd” is made in the first cell of the page",
    "def f(total):\n    return totl\nf(3)": "Is “total” meant?",
    "def f(total):\n    return zzz\nf(3)": "Inside a function, use the names in its brackets.",
    "def f():\n    x = x + 1\nf()": "“x” is used before it has a value: give it one at the start.",
    "rate = zzz + 1": "has the cell that makes it not been run?",
    "rate = stats.t": "“stats” is made in the first cell of the page",
    "i": "There is no “i”. Is it misspelt",
    "rate = voice / 2": "is the answer to another question: run that answer cell first.",
    "rate = np(3)": "a function's name is missing after it, with a point",
    "rate = [1, 2](0)": "taken with square brackets",
    'rate = "a"(3)': "A text stands in front of a bracket",
    "rate = n.real(3)": "Python needs a * between a number and the bracket.",
    "rate = n[0]": "One number has no parts",
    "rate = mean_of(value=3)": "A name in the brackets is not one that is known there.",
    "rate = len(3)": "One number is given where several are wanted.",
    "rate = variances + np.array([1, 2, 3])": "Two rows of numbers have different lengths.",
    "if variances > 1:\n    x = 1": "Conditions on columns are joined with & or |",
    'rate = float("3,5")': "A text cannot be made a number.",
    "rate = table.b": "The table has no column “b”",
    'rate = table["b"]': "There is no column or row 'b'",
    "rate = [1, 2].average()": "A list knows no average: write np.mean(…) around it.",
    "rate = [1, 2].cut()": "A list knows no cut: write np.cut(…) around it.",
    "np = 5; rate = np.mean([1, 2])": "The name np is given to a value: choose another name",
    "np = [1]; rate = np.sqrt(2)": "The name np is given to a value",
    "def f():\n    return f()\nf()": "The function calls itself without end.",
}


def mean_of(values):
    """Stand in for a function of the exercise."""
    return np.mean(values)


def stopped_by(source):
    names = {
        "np": np,
        "variances": np.array([1.0, 2.0]),
        "n": 4,
        "mean_of": mean_of,
        "table": pd.DataFrame({"a": [1, 2]}),
        "check": SimpleNamespace(voice=abs),
    }
    try:
        exec(source, names)
    except Exception as error:
        return error, names
    return None, names


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("source", UNREADABLE)
def test_what_python_cannot_read_is_named(source):
    error = unreadable(source)
    assert error is not None
    assert UNREADABLE[source] in explain(source, error)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("source", [source for source in STOPS if STOPS[source]])
def test_what_stops_is_named(source):
    error, names = stopped_by(source)
    assert error is not None
    assert STOPS[source] in explain(source, error, names)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("sentences", [UNREADABLE, STOPS])
def test_each_is_one_or_two_short_sentences_without_a_python_word(sentences):
    for source in sentences:
        error = unreadable(source) or stopped_by(source)[0]
        if error is None:
            continue
        said = explain(source, error, {"np": np, "n": 4, "mean_of": mean_of})
        assert said.endswith((".", "…", ":", "?")), said
        assert len(said.split()) < 30, said
        kinds = [name for name in dir(builtins) if name.endswith("Error")]
        assert not [kind for kind in kinds if kind in said], said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("sqrt(2)", "In Python sqrt is written ** 0.5."),
        ("Mean([1, 2])", "In Python Mean is written sum(…) / len(…)."),
        ("median([1, 2])", "There is no “median”."),
        ("np.sqrt(2)", "“np” is made in the first cell of the page: run that cell."),
    ],
)
def test_where_numpy_is_not_there_it_is_not_pointed_to(source, said):
    with pytest.raises(NameError) as caught:
        exec(source, {})
    assert explain(source, caught.value, {}).startswith(said)


def test_who_has_not_given_the_token_is_sent_to_its_cell():
    known = {"check": SimpleNamespace(mine=print), "min": min}
    for source in ("print(mine.guests)", "voice = mine.minutes / mine.guests"):
        with pytest.raises(NameError) as caught:
            exec(source, {})
        assert explain(source, caught.value, known).startswith("“mine” is made by the cell with")


ARRAYS = ["arange", "array", "asarray", "cumsum"]
IN_NUMPY = ["log", "sqrt", "exp", "mean", "median", "std", "var", "pi", *ARRAYS]


@pytest.mark.parametrize(
    ("word", "name"),
    [("ln", "log"), ("root", "sqrt"), ("average", "mean"), *zip(IN_NUMPY, IN_NUMPY, strict=True)],
)
def test_what_is_numpys_is_named_with_np(word, name):
    error, names = stopped_by(f"rate = {word}")
    assert explain("", error, names) == f"In Python {word} is np.{name}."
    assert hasattr(np, name)


@pytest.mark.parametrize("source", ["rate = {} + 1", 'int("a")', "n.value", "np.nothing"])
def test_where_no_cause_is_likely_nothing_is_said(source):
    error, names = stopped_by(source)
    assert error is not None
    assert explain(source, error, names) == ""


def test_a_line_of_no_known_kind_is_pointed_at():
    source = "voice = 90\nvoice = 3:4"
    said = explain(source, unreadable(source))
    assert said == "Python cannot read line 2. Look at “:4”, and right before it."


def test_what_runs_is_not_called_unreadable():
    assert unreadable("voice = 90 / 48") is None
    assert unreadable("") is None


def test_an_error_of_no_known_kind_is_left_to_python():
    assert explain("x", OSError("disk full"), {}) == ""
