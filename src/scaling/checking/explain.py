"""Python's errors in plain words: what stopped a piece of code, and its usual cause.

Python's own parser finds the place and names the error; here its message and the line are read
together, and one sentence is chosen that a beginner can act on. Where no cause is likely, nothing
is said.
"""

from __future__ import annotations

import builtins
import difflib
import keyword
import linecache
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})
_TEXT_OR_COMMENT = re.compile(r"(\"[^\"\n]*\"|'[^'\n]*')|#.*")


def explain(source: str, error: BaseException, known: Mapping[str, Any] = NOTHING) -> str:
    """Return in one sentence what stopped a piece of code; "" where no cause is likely.

    Parameters
    ----------
    source : str
        The code, as it was typed.
    error : BaseException
        What Python said.
    known : mapping
        The names that exist where the code runs.
    """
    if isinstance(error, SyntaxError):
        if error.msg == "incomplete input":  # IPython's compiler gives no details.
            error = unreadable(textwrap.dedent(source)) or error
        return _unreadable(source, error)
    line = line_of(error) or (source.strip() if source.strip().count("\n") == 0 else "")
    for kind, words in _KINDS:
        if isinstance(error, kind):
            return words(str(error), line, error, known)
    return ""


def unreadable(source: str) -> SyntaxError | None:
    """Return why Python cannot read a piece of code; None where it can."""
    try:
        compile(source, "cell", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except (ValueError, MemoryError, RecursionError, OverflowError):
        return None
    return None


def line_of(error: BaseException) -> str:
    """Return the line of a cell, or of a function made in one, in which an error arose."""
    line, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "ipykernel" in file or file.startswith("<"):  # Python's names of typed code
            line = linecache.getline(file, trace.tb_lineno).strip() or line
        trace = trace.tb_next
    return line


# ---------------------------------------------------------------- code that cannot be read

_SIGNS = {
    "×·∙⋅✕✖": "Write * for “times”, not {sign}.",
    "÷∕⁄": "Write / for “divided by”, not {sign}.",
    "−–—‐‑﹣": "The minus sign was copied from a text: type the - of your keyboard in its place.",
    "“”„‟‘’‚‛«»": 'The quotation marks are curly: type straight ones, as in "b".',
    "²³⁴": "Write a power with **, as in x**2.",
    "√": "Write a square root as ** 0.5, as in (2 / 72) ** 0.5.",
    "≤": "Write <= for “at most”.",
    "≥": "Write >= for “at least”.",
    "≠": "Write != for “not equal”.",
    "½¼¾⅓": "Write a fraction as a division, such as 1 / 2.",
    "€£¥¢": "Leave the currency sign out: write the number alone.",
    "…": "The dots stand where your answer goes: replace them.",
    "％": "Write per cent as a division: 66 / 100.",
}


def _unreadable(source: str, error: SyntaxError) -> str:
    message = error.msg or ""
    lines = source.splitlines()
    at = (error.lineno or 1) - 1
    raw = (error.text or (lines[at] if 0 <= at < len(lines) else "")).rstrip("\n")
    sign = re.search(r"invalid (?:non-printable )?character (?:'(.)' )?\(?U\+(\w+)", message)
    if sign:
        return _about_sign(sign[1] or chr(int(sign[2], 16)), raw)
    if re.search("[“”„‘’]", raw) and "string" in message:
        return _SIGNS["“”„‟‘’‚‛«»"]
    line = _bare(raw)
    for said, looks, words in _SYNTAX:
        found = re.search(looks, line if "string" not in message else raw.strip())
        if found and re.search(said, message):
            return words(found) if callable(words) else words
    rest = raw[max((error.offset or 1) - 1, 0) :].strip()
    before = f" Look at “{rest[:30]}”, and right before it." if rest else ""
    return f"Python cannot read line {at + 1}.{before}"


def _bare(line: str) -> str:
    """Return a line with empty texts and without its comment."""
    return _TEXT_OR_COMMENT.sub(lambda found: '""' if found[1] else "", line).strip()


def _about_sign(sign: str, line: str) -> str:
    if sign in "’‚" and re.search(rf"\d{sign}\d", line):
        if sign == "’":
            return "Write a large number without a sign in it, such as 100000."
        return "Write a decimal point, not a comma."
    for signs, words in _SIGNS.items():
        if sign in signs:
            return words.format(sign=sign)
    if not sign.isprintable() or sign.isspace():
        return (
            "There is an invisible sign in the line, such as a no-break space from a text: delete "
            "the blanks in it and type them anew."
        )
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and plain.isascii():
        return f"Type {plain} in place of {sign}, with the keyboard set to Latin letters."
    return f"Python cannot read the sign {sign}: take it out, or type another in its place."


def _per_cent(found: re.Match) -> str:
    share = float(found[1]) / 100
    return f"Write per cent as a division: {share:g} or {found[1]} / 100, not {found[1]}%."


def _no_blank(found: re.Match) -> str:
    return f"Write {found[0].replace(' ', '')} without a blank in it."


def _times(found: re.Match) -> str:
    unit = " A unit is left out." if found[1].isdigit() else ""
    return f"Python needs a * between {found[1]} and {found[2]}.{unit}"


def _sign_missing(found: re.Match) -> str:
    return f"A sign is missing between {found[1]} and {found[2]}, such as * or a comma."


def _quoted(found: re.Match) -> str:
    return f'Words go in quotes: "{found[1].strip()}".'


def _colon(found: re.Match) -> str:
    return f"The line that begins with {found[1]} has to end with a colon."


def _pairs(found: re.Match) -> str:
    return f'Put the pairs in quotes: "{found[1].strip()}".'


# Patterns of Python's message and of the line without texts and comments, and the explanation.
_SYNTAX: list[tuple[str, str, str | Callable[[re.Match], str]]] = [
    ("", r"^`{2,}", "Delete the lines that hold ```: they belong to a page and are no code."),
    (
        "",
        r"^=[^=]",
        "A line cannot begin with =, as in a spreadsheet: put the name in front of it.",
    ),
    ("", r"^(>>>|\.\.\. |In \[)", "Delete the signs in front of the code, such as >>>."),
    ("", r"=\s*((?:\d+\s*[-:]?\s*[a-hA-H]\b[\s,;]*){2,})$", _pairs),
    ("leading zeros", r"\d,0\d", "Write a decimal point, not a comma."),
    ("leading zeros", "", "Write a whole number without a 0 in front: 5, not 05."),
    ("", r"[\w)\]]\s*\b[xX]\s+[\w(]|\d[xX]\d", "Write * for “times”, not x."),
    ("", r"(\d+(?:\.\d+)?)\s*%\s*(?:$|[)\],+*/-])", _per_cent),
    ("", r"\d+( \d{3})+(?![\d.])", _no_blank),
    ("", r"\$\s*\d|\d\s*\$", "Leave the currency sign out: write the number alone."),
    ("", r"\\\w+|\$", "This is a formula as it is printed: write it with * / ** and brackets."),
    ("was never closed", r"", "A bracket is opened and never closed: count ( and )."),
    ("unmatched", r"", "A closing bracket has no partner: count ( and )."),
    (
        "closing parenthesis",
        r"",
        "A bracket is closed by one of another kind: ( goes with ), [ with ].",
    ),
    ("unterminated", r"\w'\w", "The apostrophe ends the text: put it in double quotes."),
    ("unterminated", r"", "Quotation marks come in pairs: one is missing."),
    ("expected ':'|invalid syntax", r"^(def|for|while|if|elif|else)\b(?!\s*=)[^:]*$", _colon),
    ("expected '\\('", r"^def", "After the function's name come its arguments, in round brackets."),
    (
        "expected an indented block",
        r"",
        "Indent the line below the colon: begin it with four blanks.",
    ),
    ("unexpected indent", r"", "The line begins with blanks and should not: move it to the left."),
    ("unindent does not match", r"", "Lines that belong together begin with equally many blanks."),
    ("inconsistent use of tabs", r"", "Indent with blanks only: tabs and blanks are mixed."),
    (
        "'return' outside function",
        r"",
        "The return line stands outside of the function: indent it, below def.",
    ),
    ("cannot assign", r"=$", "Delete the = at the end: Python calculates without it."),
    (
        "cannot assign to function call",
        r"^(\w+)\(",
        lambda found: f"A function begins with def, as in: def {found[1]}(…):",
    ),
    ("cannot assign", r"^[a-zA-Z]\w*-[a-zA-Z]\w*\s*=", "A name has _ in it, not -."),
    (
        "cannot assign",
        r"",
        "The name stands alone on the left of =, and what it is on the right.",
    ),
    ("Maybe you meant '=='", r"", "Write == to ask whether two things are equal."),
    ("Missing parentheses", r"", "The function print needs round brackets."),
    ("", r":=", "Write = and not :=."),
    ("", r"=>|=<", "Write >= or <=, with the = last."),
    ("", r"=\s+=", "There is one = too many."),
    ("", r";", "Separate values by commas, not by semicolons."),
    ("", r"\|[^|]+\||\|$", "Write an absolute value as abs(x)."),
    ("", r"\d\s*!$", "Python has no sign for this: write the product out."),
    ("", r"\d\.\d+\.\d", "A number has one decimal point, and no other sign in it."),
    ("", r"=\s*(\*\*|[*/])", "Something is missing in front of the sign for the calculation."),
    ("", r"(\*\*|[-+*/])$", "Something is missing at the end of the line."),
    (
        "",
        rf"^({'|'.join(keyword.kwlist)})\s*=",
        lambda found: f"“{found[1]}” is a word of Python's own: choose another name.",
    ),
    ("", r"^(let|var|function|set|sub)\s+\w", "Python needs no word there: begin with the name."),
    ("invalid decimal literal", r"(\d)([a-zA-Z]\w*)", _times),
    ("", r"([)\]])\s*(\d|\(|[a-zA-Z]\w*)", _times),
    ("", r"^(\w+)\(.*\)\s*:$", lambda found: f"A function begins with def: def {found[1]}(…):"),
    ("forgot a comma", r"", "Values are separated by commas: one is missing."),
    (
        "",
        r"[\d)\]]\s+[a-zA-Z]+",
        "Leave words and units out: only numbers, names and signs can stand in a calculation.",
    ),
    ("", r"(\d+)\s+(\d+)", _sign_missing),
    ("", r"=\s*((?:[^\W\d]\w*\s+)+[^\W\d]\w*)$", _quoted),
    ("", r"^(?:[^\W\d]+ ){2,}[^=]*$", "Python reads this line as code: begin a note with #."),
    ("", r"^[^\W\d]\w*\s+[^\W\d]\w*\s*=", "A name is one word, with _ in it and no blank."),
]

# ---------------------------------------------------------------- code that stops

_IN_NUMPY = {
    "ln": "log", "log": "log", "sqrt": "sqrt", "root": "sqrt", "exp": "exp", "mean": "mean",
    "average": "mean", "median": "median", "std": "std", "var": "var", "pi": "pi", "e": "e",
    "arange": "arange", "array": "array", "asarray": "asarray", "cumsum": "cumsum",
}  # fmt: skip
_WITHOUT_NUMPY = {"sqrt": "** 0.5", "root": "** 0.5", "mean": "sum(…) / len(…)"}


def _name_error(message: str, line: str, error: NameError, known: Mapping[str, Any]) -> str:
    name = getattr(error, "name", None) or (re.findall(r"'(\w+)'", message) or [""])[0]
    if isinstance(error, UnboundLocalError):
        return f"“{name}” is used before it has a value: give it one at the start."
    if re.match(rf"{name}\s*==", line):
        return f"One = gives a name to a value, and == compares: write {name} = …"
    plain = name.lower()
    if plain in _IN_NUMPY and plain not in known and len(name) > 1:
        if "np" in known:
            return f"In Python {name} is np.{_IN_NUMPY[plain]}."
        if plain in _WITHOUT_NUMPY:
            return f"In Python {name} is written {_WITHOUT_NUMPY[plain]}."
    if name in ("np", "pd", "check", "stats", "nx"):
        return f"“{name}” is made in the first cell of the page: run that cell."
    if name == "mine" and hasattr(known.get("check"), name):  # data of one's own, variants.py
        return "“mine” is made by the cell with your token: put the token there, and run that cell."
    if name in ("true", "false", "none"):
        return f"In Python it is {name.capitalize()}, with a capital letter."
    alone = re.search(rf"^(\w+)\s*=\s*{name}$", line)
    if alone and re.fullmatch("[a-hA-H]", name):
        return f'Put the letter in quotes: {alone[1]} = "{name}".'
    letters = re.search(r"^(\w+)\s*=\s*[\[(]?([a-hA-H](?:\s*[,>]\s*[a-hA-H])+)[\])]?$", line)
    if letters:
        return f'Put the letters in quotes: {letters[1]} = "{letters[2]}".'
    if line == name and re.fullmatch("[a-hA-H]", name):
        return f'Put the letter in quotes, after the name and =, as in: … = "{name}".'
    near = _near_name(name, {*known, *_arguments(error)})
    if near:
        return f"There is no “{name}”. Is “{near}” meant?"
    if hasattr(known.get("check"), name):
        return f"“{name}” is the answer to another question: run that answer cell first."
    if alone:
        return f'There is no “{name}”. If it is a word and no name, put it in quotes: "{name}".'
    if _arguments(error):
        return f"There is no “{name}”. Inside a function, use the names in its brackets."
    return f"There is no “{name}”. Is it misspelt, or has the cell that makes it not been run?"


def _arguments(error: BaseException) -> tuple[str, ...]:
    """Return the names inside of the function in which an error arose."""
    trace = error.__traceback__
    names: tuple[str, ...] = ()
    while trace is not None:
        code = trace.tb_frame.f_code
        names = code.co_varnames if code.co_name != "<module>" else ()
        trace = trace.tb_next
    return names


def _near_name(name: str, names: Iterable[str]) -> str:
    candidates = {one for one in names if not one.startswith("_")} | set(dir(builtins))
    same = [one for one in candidates if one.lower() == name.lower() and one != name]
    if same:
        return same[0]
    if len(name) < 3:
        return ""
    return next(iter(difflib.get_close_matches(name, sorted(candidates), 1, 0.8)), "")


def not_callable(line: str, known: Mapping[str, Any]) -> str:
    """Return the expression before a bracket that Python takes for the name of a function."""
    for found in re.finditer(r"(\w+(?:\.\d+)?)\s*\(", line):
        name = found[1]
        is_function = callable(known.get(name, getattr(builtins, name, None)))
        if not is_function and not keyword.iskeyword(name) and line[found.start() - 1] != ".":
            return name
    return ")" if re.search(r"\)\s*\(", line) else ""


def _type_error(message: str, line: str, error: TypeError, known: Mapping[str, Any]) -> str:
    if " ^" in message or "bitwise_xor" in message:
        return "In Python the power is written **, not ^."
    kind = re.match(r"'([\w.]+)' object is not callable", message)
    if kind and kind[1] == "module":
        return "A module is no function: a function's name is missing after it, with a point."
    if kind and kind[1] in ("DataFrame", "Series", "ndarray", "list", "tuple", "dict"):
        return "A part of a table or a list is taken with square brackets."
    if kind and kind[1] == "str":
        return "A text stands in front of a bracket, as if it were a function."
    if kind:
        before = not_callable(line, known)
        if hasattr(builtins, before):
            return f"The name of the function {before} is given to a value: choose another name."
        return f"Python needs a * between {before or 'a number'} and the bracket."
    for said, words in _TYPES:
        if re.search(said, message):
            return words
    return ""


_TYPES = [
    ("NoneType", "A value is None: that is what a function gives that prints and does not return."),
    (
        "unsupported operand.*'tuple'|concatenate tuple|'tuple' and",
        "A comma makes two numbers out of one: write a decimal point, and 100000 without a sign.",
    ),
    (
        r"(unsupported operand|concatenate|not supported between).*\bstr\b",
        "A text cannot be calculated with. Does a number stand in quotes?",
    ),
    ("'(function|method|builtin_function_or_method)' object is not subscriptable",
     "A function is called with round brackets."),
    ("'(int|float|numpy.float64|numpy.int64)' object is not subscriptable",
     "One number has no parts: the square brackets are not needed."),
    ("'(function|method|builtin_function_or_method)'",
     "A function is used without its brackets: call it, such as f(3)."),
    ("non-int of type|'list'|concatenate list",
     "A list cannot be calculated with as a whole: make it np.asarray(…) first."),
    ("missing .* required positional argument", "Some values are missing in the brackets."),
    ("positional arguments? but", "There are more values in the brackets than are asked for."),
    ("unexpected keyword argument", "A name in the brackets is not one that is known there."),
    ("has no len|is not iterable", "One number is given where several are wanted."),
]  # fmt: skip


def _value_error(message: str, line: str, error: ValueError, known: Mapping[str, Any]) -> str:
    if "truth value" in message:
        return "Conditions on columns are joined with & or |, each in round brackets."
    if "broadcast" in message or "same length" in message or "Length" in message:
        return "Two rows of numbers have different lengths."
    if "could not convert string" in message:
        return "A text cannot be made a number. Does it hold a comma, a blank or a unit?"
    return ""


def _attribute_error(message: str, line: str, error: BaseException, known: Mapping) -> str:
    name = getattr(error, "name", None) or (re.findall(r"'(\w+)'$", message) or [""])[0]
    taken = re.search(rf"\b(np|pd|stats)\.{re.escape(name)}\b", line) if name else None
    if taken and message.startswith(("'int'", "'float'", "'str'", "'list'", "'numpy.float64'")):
        return (
            f"The name {taken[1]} is given to a value: choose another name, and run the first cell "
            "of the page again."
        )
    if "'numpy'" in message and name in _IN_NUMPY:
        return f"In numpy it is np.{_IN_NUMPY[name]}."
    if "'DataFrame'" in message:
        return f"The table has no column “{name}”: spelling and capitals count."
    if "'list'" in message:
        return f"A list knows no {name}: write np.{_IN_NUMPY.get(name, name)}(…) around it."
    return ""


def _key_error(message: str, line: str, error: BaseException, known: Mapping[str, Any]) -> str:
    return f"There is no column or row {message}: spelling and capitals count."


def _fixed(words: str) -> Any:
    return lambda message, line, error, known: words


_KINDS = [
    (NameError, _name_error),
    (TypeError, _type_error),
    (ValueError, _value_error),
    (AttributeError, _attribute_error),
    (ZeroDivisionError, _fixed("Something is divided by zero.")),
    (KeyError, _key_error),
    (IndexError, _fixed("A place is asked for that is not there: counting begins at 0.")),
    (RecursionError, _fixed("The function calls itself without end.")),
    (ModuleNotFoundError, _fixed("This package is not part of the course, and is not needed.")),
]
