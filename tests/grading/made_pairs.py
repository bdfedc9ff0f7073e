"""Classes in which it is known who copied: for the precision and the recall of ``similarity``.

A class of independent students answers one exercise. Code: each prefers one of the repository's
three styles of right answers (the solution, a plain one, one that knows numpy), takes another now
and then, and has habits of writing (``Habits``) by which any expression may come out in another
form. Prose: each has one of the texts in ``written``. Then four students are added, each with
somebody else's work: as it is, renamed, put in another order, or paraphrased.
"""

import ast
import builtins
import random
import re
from functools import cache
from pathlib import Path

import nbformat
from written import TEXTS, WORDS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DISGUISES = ("copied", "renamed", "reordered", "paraphrased")
EXERCISES = {
    "01-scaling-up": "test_scaling_up.py",
    "02-process-and-product": "test_process_product.py",
    "03-size-and-context": "test_size_context.py",
    "04-scaling-down": "test_scaling_down.py",
    "05-three-scales": "test_three_scales.py",
    "06-capstone": "test_capstone.py",
}
STUDENTS = 30
OWN_STYLE = 0.7  # how often a student answers in the style that is preferred
MARK = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)


# ---------------------------------------------------------------- what there is to draw from


@cache
def styles(exercise):
    """The three styles of right answers of an exercise, each by question."""
    (file,) = (ROOT / "solutions" / exercise).glob("*.ipynb")
    taught = {
        cell.metadata.nbgrader.grade_id.removesuffix("-answer"): MARK.sub("", cell.source)
        for cell in nbformat.read(file, as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    tree = ast.parse((HERE / EXERCISES[exercise]).read_text(encoding="utf-8"))
    others = [
        ast.literal_eval(part.value)
        for part in tree.body
        if isinstance(part, ast.Assign) and part.targets[0].__dict__.get("id") in ("PLAIN", "NUMPY")
    ]
    assert len(others) == 2
    return [taught, *({**taught, **one} for one in others)]


@cache
def given(exercise):
    """What everybody has: all that stands in code cells of release and solution."""
    return tuple(
        cell.source
        for folder in ("exercises", "solutions")
        for file in (ROOT / folder / exercise).glob("*.ipynb")
        for cell in nbformat.read(file, as_version=4).cells
        if cell.cell_type == "code"
    )


# ---------------------------------------------------------------- another hand


class Habits(ast.NodeTransformer):
    """Write code in another form that does the same, wherever the dice say so."""

    def __init__(self, dice, often):
        self.dice, self.often, self.made = dice, often, 0

    def now(self):
        return self.dice.random() < self.often

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult | ast.Add) and self.now():
            node.left, node.right = node.right, node.left
        elif isinstance(node.op, ast.Sub) and self.now():
            node.op, node.right = ast.Add(), ast.UnaryOp(ast.USub(), node.right)
        elif isinstance(node.op, ast.Div) and self.now():
            one = ast.BinOp(ast.Constant(1), ast.Div(), node.right)
            node.op, node.right = ast.Mult(), one
        elif isinstance(node.op, ast.Pow) and self.now():
            return ast.Call(ast.Name("pow"), [node.left, node.right], [])
        return node

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if isinstance(node.target, ast.Name) and self.now():
            value = ast.BinOp(ast.Name(node.target.id), node.op, node.value)
            return ast.Assign([node.target], value)
        return node

    def visit_Compare(self, node):
        self.generic_visit(node)
        turned = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
        if len(node.ops) == 1 and type(node.ops[0]) in turned and self.now():
            node.left, node.comparators = node.comparators[0], [node.left]
            node.ops = [turned[type(node.ops[0])]()]
        return node

    def visit_Return(self, node):
        self.generic_visit(node)
        return self.in_steps(node)

    def visit_Assign(self, node):
        self.generic_visit(node)
        return self.in_steps(node)

    def in_steps(self, node):
        """Give a name to a part of a value, or to the whole."""
        steps = []
        value = node.value
        if isinstance(value, ast.BinOp) and self.now():
            side = self.dice.choice(("left", "right"))
            steps.append(ast.Assign([ast.Name(self.name())], getattr(value, side)))
            setattr(value, side, ast.Name(steps[-1].targets[0].id))
        if isinstance(node, ast.Return) and value is not None and self.now():
            steps.append(ast.Assign([ast.Name(self.name())], value))
            node.value = ast.Name(steps[-1].targets[0].id)
        return [*steps, node]

    def name(self):
        self.made += 1
        return f"part_{self.made}"


def written_by(source, dice, often):
    tree = Habits(dice, often).visit(ast.parse(source))
    return ast.unparse(ast.fix_missing_locations(tree))


def independent(exercise, dice):
    """One student's code for every question."""
    pool = styles(exercise)
    mine, often = dice.randrange(len(pool)), dice.uniform(0.2, 0.6)
    return {
        question: written_by(
            pool[mine if dice.random() < OWN_STYLE else dice.randrange(len(pool))][question],
            dice,
            often,
        )
        for question in pool[0]
    }


# ---------------------------------------------------------------- somebody else's code


class Rename(ast.NodeTransformer):
    """Give other names to all that the code itself makes."""

    def __init__(self, made):
        self.other = {name: f"my_{at}" for at, name in enumerate(sorted(made))}

    def visit_Name(self, node):
        node.id = self.other.get(node.id, node.id)
        return node

    def visit_arg(self, node):
        node.arg = self.other.get(node.arg, node.arg)
        return node


def renamed(source, dice):
    tree = ast.parse(source)
    made = {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
    made |= {
        one.id
        for one in ast.walk(tree)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    } - set(vars(builtins))
    lines = ast.unparse(Rename(made).visit(tree)).splitlines()
    return "# my own answer\n" + "\n\n".join(
        f"{line}  # step {at}" for at, line in enumerate(lines)
    )


def reordered(source, dice):
    """Turn neighbouring statements round where neither uses what the other makes."""
    tree = ast.parse(source)
    for part in ast.walk(tree):
        body = getattr(part, "body", None)
        for at in range(len(body) - 1 if isinstance(body, list) else 0):
            if all(isinstance(one, ast.Assign) for one in body[at : at + 2]):
                makes, uses = (
                    [
                        {
                            one.id
                            for one in ast.walk(statement)
                            if isinstance(one, ast.Name) and isinstance(one.ctx, kind)
                        }
                        for statement in body[at : at + 2]
                    ]
                    for kind in (ast.Store, ast.Load)
                )
                if not (makes[0] & (uses[1] | makes[1]) or makes[1] & uses[0]):
                    body[at], body[at + 1] = body[at + 1], body[at]
    return ast.unparse(tree)


def paraphrased(source, dice):
    return written_by(source, dice, 0.25)


OF_CODE = {
    "copied": lambda source, dice: source,
    "renamed": renamed,
    "reordered": reordered,
    "paraphrased": paraphrased,
}


def class_of_code(number, copiers=True):
    """Return a class, who copied from whom and how, and what everybody was given."""
    dice = random.Random(f"code {number}")
    exercise = list(EXERCISES)[number % len(EXERCISES)]
    group = {f"s{at:02}": independent(exercise, dice) for at in range(STUDENTS)}
    made = {}
    for how, source in zip(DISGUISES, dice.sample(sorted(group), len(DISGUISES)), strict=True):
        if copiers:
            texts = list(group[source].items())
            if how == "reordered":
                dice.shuffle(texts)
            group[how] = {question: OF_CODE[how](text, dice) for question, text in texts}
            made[frozenset((source, how))] = how
    return group, made, given(exercise)


# ---------------------------------------------------------------- somebody else's prose


def sentences(text, dice):
    found = re.split(r"(?<=[.?!])\s+", text)
    dice.shuffle(found)
    return " ".join(found)


def in_other_words(text, dice):
    """Put other words in the place of those that have some, and other sentences first."""
    other = dict([*WORDS, *(pair[::-1] for pair in WORDS)])
    words = re.split(r"(\W+)", text)
    return sentences("".join(other.get(word, word) for word in words), dice)


OF_PROSE = {
    "copied": lambda text, dice: text,
    "renamed": lambda text, dice: re.sub(r"\b(Our|our|My|my)\b", "the", text).upper(),
    "reordered": sentences,
    "paraphrased": in_other_words,
}


def class_of_prose(number, copiers=True):
    """Return a class as `class_of_code` does, in which each has one of the texts."""
    dice = random.Random(f"prose {number}")
    group = {f"s{at:02}": {"essay": text} for at, text in enumerate(TEXTS)}
    made = {}
    for how, source in zip(DISGUISES, dice.sample(sorted(group), len(DISGUISES)), strict=True):
        if copiers:
            group[how] = {"essay": OF_PROSE[how](group[source]["essay"], dice)}
            made[frozenset((source, how))] = how
    task = (
        cell.source
        for file in (ROOT / "exercises/03-size-and-context").glob("*.ipynb")
        for cell in nbformat.read(file, as_version=4).cells
        if cell.cell_type == "markdown"
    )
    return group, made, tuple(task)
