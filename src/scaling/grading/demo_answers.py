"""Answers for an invented class: right ones in several styles, wrong ones from the checks' slips.

Right answers are the solution's own cells. A wrong one is a slip that a check knows, written as a
student would have written it: as the number that the slip gives, or as a function with everything
in it that it needs. Nothing here knows any module: exercises are read, and every answer is tried on
its check before it is handed out.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import importlib
import inspect
import io
import itertools
import math
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from nbformat import NotebookNode

from scaling import checking
from scaling.checking import Check, Hint, Variants

from .source import bound, free, parse

MARKER = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)
MODULE = re.compile(r"scaling(\.\w+)+")


@dataclass(frozen=True)
class Question:
    """One answer of an exercise and the check that looks at it.

    Attributes
    ----------
    grade_id : str
        Of the test cell.
    answer_id : str
        The id of the cell that is written in.
    solution : str
        What the author wrote there.
    check : Check
    module : ModuleType
        In which the check is written.
    """

    grade_id: str
    answer_id: str
    solution: str
    check: Check
    module: ModuleType


def questions(nb: NotebookNode) -> list[Question]:
    """Return the questions of a solution that a check of the package looks at."""
    modules: dict[str, ModuleType] = {}
    answers: list[NotebookNode] = []
    found = []
    for cell in nb.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code":
            continue
        if about.get("solution") and not about.get("grade"):
            answers.append(cell)
        elif about.get("grade"):
            found += [
                Question(about.grade_id, cell_of.id, _solved(cell_of), check, module)
                for check, module in _checks_called(cell.source, modules)
                if (cell_of := _answer_for(check.name, answers)) is not None
            ]
        else:
            modules |= _checks_imported(cell.source)
    return found


def _solved(cell: NotebookNode) -> str:
    return MARKER.sub("", cell.source).rstrip()


def _checks_imported(source: str) -> dict[str, ModuleType]:
    """Return the modules of checks that a cell imports, by the name it gives them."""
    found = {}
    for part in ast.walk(parse(source)):
        if isinstance(part, ast.ImportFrom) and MODULE.fullmatch(part.module or ""):
            for one in part.names:
                if one.name == "checks":
                    name = f"{part.module}.checks"
                    found[one.asname or one.name] = importlib.import_module(name)
    return found


def _checks_called(
    source: str, modules: dict[str, ModuleType]
) -> Iterator[tuple[Check, ModuleType]]:
    for part in ast.walk(parse(source)):
        match part:
            case (
                ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name))
                | ast.Call(
                    func=ast.Attribute(
                        value=ast.Attribute(value=ast.Name(id=module), attr=name), attr="credit"
                    )
                )
            ):
                check = getattr(modules.get(module), name, None)
                if isinstance(check, Check):
                    yield check, modules[module]


def _answer_for(name: str, answers: list[NotebookNode]) -> NotebookNode | None:
    """Return the last answer cell so far that makes a name."""
    return next((cell for cell in reversed(answers) if name in bound(parse(cell.source))), None)


# ---------------------------------------------------------------- right answers, in several styles

Style = Callable[[Question], str]


def as_taught(question: Question) -> str:
    """Return the author's own answer."""
    return question.solution


def bare(question: Question) -> str:
    """Return it without comments and with other spacing."""
    return ast.unparse(ast.parse(question.solution))


def short(question: Question) -> str:
    """Return a function of one line as a lambda; anything else as it is."""
    match ast.parse(question.solution).body:
        case [
            ast.FunctionDef(name=name, args=arguments, body=[ast.Return(value=ast.expr() as value)])
        ]:
            return f"{name} = lambda {ast.unparse(arguments)}: {ast.unparse(value)}"
    return question.solution


def talkative(question: Question) -> str:
    """Return it with what people leave in a notebook: prints, imports, a warning."""
    shown = question.check.name
    return (
        f"import warnings\n# my second try\n{question.solution}\nprint({shown!r}, {shown})\n"
        "warnings.warn('note to self: tidy up')"
    )


def worked_out_elsewhere(question: Question) -> str:
    """Return numbers and words as they are typed when found with pencil or spreadsheet."""
    written = _typed(question.check)
    return _with_value(question, written) if written else question.solution


STYLES: tuple[Style, ...] = (as_taught, bare, short, talkative, worked_out_elsewhere)


def right(question: Question, style: Style) -> str:
    """Return a right answer in some style; as taught, where the style does not go with it."""
    try:
        return style(question)
    except SyntaxError:  # A solution with IPython's own commands is not changed.
        return question.solution


def _typed(check: Check) -> str | None:
    """Return a right answer as text that can be typed, or None where that is not done."""
    value: Any = None
    if isinstance(check, checking.number):
        digits = max(0, math.ceil(-math.log10(check.tolerance)) + 1)
        value = round(float(check.expected()), digits)
    elif isinstance(check, checking.choice):
        value = next(letter for letter, is_true in check.expected().items() if is_true).upper()
    elif isinstance(check, checking.several):
        value = [letter.upper() for letter, is_true in check.expected().items() if is_true]
    elif isinstance(check, checking.ordering):
        rank = check.expected()
        value = ", ".join(sorted(rank, key=rank.__getitem__))
    elif isinstance(check, checking.matching):
        value = dict(check.expected())
    elif isinstance(check, checking.estimate):
        value = float(f"{float(check.expected()):.1g}")
    elif isinstance(check, checking.text):
        phrases = check.expected()
        value = (phrases if isinstance(phrases, str) else next(iter(phrases))).lower()
    return repr(value) if value is not None and said(check, value) is None else None


# ---------------------------------------------------------------- slips


@dataclass(frozen=True)
class Slip:
    """A wrong answer: the source of its cell, and the hint that its check gives."""

    grade_id: str
    answer_id: str
    source: str
    hint: str


def slips(question: Question) -> list[Slip]:
    """Return those slips of a question that can be written and are recognised as themselves."""
    found = []
    for hint in question.check.slips:
        source = _written(question, hint)
        if source is not None:
            found.append(Slip(question.grade_id, question.answer_id, source, hint))
    return found


def said(check: Check, answer: Any) -> str | None:
    """Return the hint that a check gives, or None where the answer passes."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            check(answer)
        except Hint as hint:
            return str(hint)
    return None


def _written(question: Question, hint: str) -> str | None:
    """Return a slip as the source of an answer cell, or None if it cannot be written."""
    check = question.check
    if isinstance(check, checking.function):
        source = _as_function(check, question.module, hint)
        answer = _run(source, check.name) if source else None
        return source if said(check, answer) == hint else None
    for value in map(_plain, _answers_with(check, check.slips[hint]())):
        if value is not None and said(check, value) == hint:
            return _with_value(question, repr(value))
    return None


def _answers_with(check: Check, made: Any) -> Iterable[Any]:
    """Return answers in which a slip may show, given what the slip makes."""
    letters = [made] if isinstance(made, str) else made
    if isinstance(check, checking.several):
        truth = check.expected()
        taken = {one: [other for other in truth if bool(truth[other]) != (other == one)]
                 for one in letters}  # fmt: skip
        return [" ".join(chosen) for chosen in taken.values()]
    if isinstance(check, checking.ordering):
        return map(" ".join, itertools.permutations(check.expected()))
    if isinstance(check, checking.matching):
        right = check.expected()
        pairs = [right | {pair[:-1]: pair[-1]} for pair in letters]
        return [" ".join(item + option for item, option in one.items()) for one in pairs]
    return np.ravel(made) if isinstance(check, checking.number | checking.estimate) else [made]


def _plain(value: Any) -> Any:
    """Return a value as a student could type it: letters, numbers, lists of numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple | set) and all(isinstance(part, str) for part in value):
        return next(iter(value), None)
    try:
        values = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None
    if not np.isfinite(values).all():
        return None
    if values.ndim == 0:
        return float(f"{float(values):.10g}")
    return [float(f"{part:.10g}") for part in values.ravel()]


def _with_value(question: Question, value: str) -> str:
    """Return the author's answer with another value at its end.

    What else it makes stays, because later cells may need it.
    """
    tree = ast.parse(question.solution)
    name = question.check.name
    for place in reversed(range(len(tree.body))):
        match tree.body[place]:
            case ast.Assign(targets=[ast.Name(id=made)]) as assignment if made == name:
                assignment.value = ast.parse(value, mode="eval").body
                return ast.unparse(tree)
    return f"{question.solution}\n{name} = {value}"


def _run(source: str, name: str) -> Any:
    """Run an answer made from the package's own source, and return what it makes."""
    namespace: dict[str, Any] = {}
    try:
        exec(compile(source, "an answer", "exec"), namespace)
    except Exception:  # It cannot be handed in, and another slip takes its place.
        return None
    return namespace.get(name)


# ---------------------------------------------------------------- a slip as a function


class _CannotBeWrittenError(Exception):
    """A slip that needs what an answer cell cannot hold."""


def _as_function(check: Check, module: ModuleType, hint: str) -> str | None:
    """Write the lambda of a slip as a function that needs nothing around it.

    What it uses of its module comes along, inside of it, so that no name of the notebook changes.
    """
    tree = _tree(module)
    slip = _source_of(tree, hint)
    if slip is None:
        return None
    arguments = {part.arg for part in ast.walk(slip.args) if isinstance(part, ast.arg)}
    try:
        needed = _needed(slip, _statements(tree))
    except _CannotBeWrittenError:
        return None
    if arguments & set(itertools.chain.from_iterable(map(_binds, needed))):
        return None
    body = [*needed, ast.Return(slip.body)]
    made = ast.FunctionDef(name=check.name, args=slip.args, body=body, decorator_list=[])
    return ast.unparse(ast.fix_missing_locations(ast.Module([made], [])))


@functools.cache
def _tree(module: ModuleType) -> ast.Module:
    return _WithUsualNumbers(module).visit(ast.parse(inspect.getsource(module)))


class _WithUsualNumbers(ast.NodeTransformer):
    """Puts an exercise's usual numbers in place of what stands in checks for a student's own."""

    def __init__(self, module: ModuleType):
        self._own = {name: own for name, own in vars(module).items() if isinstance(own, Variants)}

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node.value:
            case ast.Name(id=name) if name in self._own and node.attr in self._own[name].draws:
                usual = self._own[name].draws[node.attr].usual
                return ast.parse(repr(usual), mode="eval").body
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = [
            one for one in node.decorator_list if not self._own.keys() & free(ast.Expr(one))
        ]
        return self.generic_visit(node)


def _source_of(tree: ast.Module, hint: str) -> ast.Lambda | None:
    """Return the lambda beside a hint."""
    return _lambdas(tree).get(hint)


@functools.cache
def _lambdas(tree: ast.Module) -> dict[Any, ast.Lambda]:
    """Return the first lambda beside every constant in a module's dictionaries."""
    found: dict[Any, ast.Lambda] = {}
    for part in ast.walk(tree):
        if isinstance(part, ast.Dict):
            for key, value in zip(part.keys, part.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Lambda):
                    found.setdefault(key.value, value)
    return found


@functools.cache
def _statements(tree: ast.Module) -> dict[str, ast.stmt]:
    """Return the statements of a module by the name that each makes."""
    found: dict[str, ast.stmt] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for one in statement.names:
                found[(one.asname or one.name).split(".")[0]] = _importing(statement, one)
        else:
            found |= dict.fromkeys(_binds(statement), statement)
    return found


def _importing(statement: ast.Import | ast.ImportFrom, one: ast.alias) -> ast.stmt:
    if isinstance(statement, ast.Import):
        return ast.Import([one])
    return ast.ImportFrom(statement.module, [one], statement.level)


def _binds(statement: ast.stmt) -> set[str]:
    """Return the names that a statement makes at its own level."""
    return bound(ast.Module([statement], []))


def _needed(slip: ast.AST, statements: dict[str, ast.stmt]) -> list[ast.stmt]:
    """Return the statements that a slip needs, and those that these need, in a working order."""
    needed: dict[int, ast.stmt] = {}
    open_names = sorted(_free(slip))
    while open_names:
        name = open_names.pop()
        if hasattr(builtins, name):
            continue
        statement = statements.get(name)
        if statement is None or _is_check(statement):
            raise _CannotBeWrittenError(name)
        if id(statement) not in needed:
            needed[id(statement)] = statement
            open_names += sorted(_free(statement))
    order = {id(statement): place for place, statement in enumerate(statements.values())}
    return [_without_notes(needed[key]) for key in sorted(needed, key=order.__getitem__)]


def _is_check(statement: ast.stmt) -> bool:
    """Return whether a statement makes a check, which knows the right answer."""
    kinds = {kind.__name__ for kind in Check.__subclasses__()}
    return any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in kinds
        for part in ast.walk(statement)
    )


def _free(part: ast.AST) -> set[str]:
    """Return the names that a piece of source uses and does not make itself."""
    return free(_without_notes(part))


def _without_notes(part: ast.AST) -> ast.stmt:
    """Return a copy without docstrings and type hints, which a student would not write."""
    copy = ast.parse(ast.unparse(part)).body[0]
    for one in ast.walk(copy):
        if isinstance(one, ast.FunctionDef):
            one.returns = None
            if ast.get_docstring(one) is not None:
                one.body = one.body[1:] or [ast.Pass()]
        elif isinstance(one, ast.arg):
            one.annotation = None
    return ast.fix_missing_locations(copy)


# ---------------------------------------------------------------- written answers

ESSAYS = (
    # This is a full answer: mechanisms that can be seen, a condition, a figure.
    """\
Our homework evenings work because two retired teachers live above the room and because no bus \
leaves before seven. Neither travels with our handbook.

Before I promised the second town anything I would look at three things there. Who would host, and \
how many people do they already know by name? I can count that in a week. What else is open on the \
same evening? A timetable tells me. And do parents trust whoever invites them? I would ask six of \
them, and ask the same six questions here, so that I know what is ordinary.

The exercise shows why I would not promise our own effect: the average over places is one thing, \
the next place another, and the interval for the next place is several times as wide.

If hosts and evenings turn out alike, I would let them copy our list: starting from nothing would \
waste a year. If they do not, I would join up: they try their own form, we visit twice, both count \
who came back after the tenth week. Meanwhile I offer a trial with a date on which either side may \
stop, and no number that I could not keep.""",
    # This one is good, but one condition is missing.
    """\
I would want to know what in our place carried the effect. I think it is the volunteers, who have \
known the families for years, and that the service is free and near. In the \
second place I would ask how many volunteers there are, how long they live there and how far \
people would walk, because beyond fifteen minutes nobody comes to us either.

To find out I would spend two days there and talk to people who do *not* use any service.

Until then I would offer them a pilot of ten weeks together with us and compare the numbers at the \
end. According to the exercise the next place can lie far from the mean, so one pilot tells them \
more than our average does.""",
    # This one names differences, but nothing that could be observed.
    """\
Every place is different and what works here may not work there. The culture may be different and \
also the readiness of the people. One should look at the context carefully before promising \
something. It also depends on the funding and the staff.

I would join up with the other place and learn from each other, because scaling up is risky.""",
    # This one sees one side only.
    """\
The service has been evaluated and it works, the average effect is clear. So the second place \
should copy it exactly as it is, otherwise it is not the same service any more and they cannot \
expect the same effect. I would send them the manual and train their staff for two days. Then \
they can expect our effect.""",
    # This is hardly an answer.
    "It depends on the context. I would do a pilot first.",
    # This is a list instead of an argument.
    """\
- number of people
- money
- staff
- time
- is there a need?
- **trust**

Find out: survey. Offer: pilot project.""",
)


def essay(dice: random.Random) -> str:
    """Return one of a few invented texts, some better than others."""
    return dice.choice(ESSAYS)


def essay_cells(nb: NotebookNode) -> list[str]:
    """Return the ids of the cells in which a person's judgement is to be written."""
    found = []
    for before, cell in itertools.pairwise([None, *nb.cells]):
        if cell.cell_type != "markdown":
            continue
        own = cell.metadata.get("nbgrader", {})
        of_a_task = before is not None and before.metadata.get("nbgrader", {}).get("task")
        if (own.get("grade") and own.get("solution")) or (of_a_task and not own.get("locked")):
            found.append(cell.id)
    return found
