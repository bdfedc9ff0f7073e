"""Where a lesson speaks of cells, kernels or JupyterLab, what the web edition says in its place.

Everything else is the notebook's own text. A passage that the notebooks no longer have stops the
build, so that none is left behind when a lesson changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Cells of Start here that are for trying Python, which is done in the notebooks only.
REMOVED = {"first-answer", "first-check"}

_WRITE = (
    "Double-click on the text below, write, and press <kbd>Shift</kbd> <kbd>Enter</kbd>. Save with "
    "<kbd>Ctrl</kbd> <kbd>S</kbd> (<kbd>⌘</kbd> <kbd>S</kbd> on a Mac)."
)

PASSAGES = {
    # All lessons.
    " Run the cell below first.": "",
    # Without scripts nothing opens by itself.
    " (opens when you have predicted)": (
        "<span class='scaling-script'> (opens when you have predicted)</span>"
    ),
    "Read the question, set the slider, commit. Then fund a town yourself, ten times.": (
        "Read the question, and answer it before you read on."
    ),
    "Run the cell below. Read the question": "Read the question",
    _WRITE: "Write it down where you keep your notes, beginning like this.",
    # Start here.
    "- run a cell, and commit to a prediction, which": "- commit to a prediction, which",
    "- write four small things in Python and pass a first exercise": (
        "- read four small things in Python"
    ),
    "## 1 Run a cell (1 minute)": "## 1 Before you begin (1 minute)",
    (
        "A page like this is a **notebook**: text such as this, and grey boxes called **cells**, "
        "which hold a line or two of Python. You read the text and run the cells."
    ): (
        "Every picture of these pages comes alive in your browser. For the first one it fetches "
        "Python, some megabytes and only once; nothing that you do is sent anywhere."
    ),
    (
        "> **Try it** Click on the grey box below. Hold <kbd>Shift</kbd> and press "
        "<kbd>Enter</kbd>. It fetches the course, which takes a few seconds."
    ): "",
    (
        "The number in square brackets beside a cell says that it has run. You cannot break "
        "anything. The menu **Kernel ▸ Restart Kernel…** starts the page afresh; then run the "
        "cells again from the top."
    ): "You cannot break anything: reload the page, and it begins afresh.",
    "The picture in the next cell asks": "The picture below asks",
    "Run the cell below in the same way. Read": "Read",
    "With the keyboard you are at the slider already: the arrow keys move it,": (
        "With the keyboard, the arrow keys move it,"
    ),
    "## 3 A little Python, and a first exercise (3 minutes)": "## 3 A little Python (3 minutes)",
    "Run the next cell. Then take the brackets away and run it again.": (
        "Read these lines, and what comes out. What would come out without the brackets?"
    ),
    " You can change a cell and run it as often as you like.": "",
    (
        "Now it is your turn. How many people would come each week to 400 Kettles, if each drew "
        "24? Put your calculation in place of the three dots, and leave `people =` before it. Run "
        "the cell, and then the one below it, which checks your answer."
    ): (
        "In the [exercises](exercise-01-scaling-up.md) you write such lines yourself, and a check "
        "answers."
    ),
    (
        "> **Hint** Something like `people = 2 * 3`, with other numbers. If you change your "
        "answer, run its cell again, then the check."
    ): "",
    " Try `400 + 24` and see.": "",
    "A check says **✔**": "There a check says **✔**",
    "The exercises after each lesson work the same way. There a check that": "A check that",
    "The panel on the left (the folder symbol) shows the course's files:": (
        "With the course on your own machine you have these folders:"
    ),
    "the lessons, this page among them": "the lessons, as notebooks",
    (
        "How far have you come with the exercises? The next cell says it, question by question. "
        "At first it shows what you last saved. Its button **Look again** runs a copy of each "
        "exercise that you have begun; yours stay as they are."
    ): (
        "How far have you come with the exercises? This is what their checks said in this browser."
    ),
    (
        "On Binder, the free service that runs the course in your browser, everything is deleted "
        "when you leave. Download an exercise you want to keep: right-click on its name in the "
        "left panel, then **Download**."
    ): (
        "What you predict and write is kept in this browser, and nowhere else: "
        "[your files](your-files.md) lets you take it along."
    ),
    (
        "The next cell asks sixteen questions about cases that no lesson uses, and the capstone "
        "asks sixteen others. Your answers are kept in a file of yours, and nothing is sent "
        "anywhere."
    ): (
        "Below are sixteen questions about cases that no lesson uses, and the capstone asks "
        "sixteen others. Your answers are kept in this browser, and nothing is sent anywhere: "
        "[your files](your-files.md) lets you take them along."
    ),
    "The next cell lists all lessons": "This table lists all lessons",
    # The map, and the plan.
    "in a small file beside this notebook, also when you restart": (
        "in this browser, also when you close the page"
    ),
    (
        "What you type is kept at once in `my-scaling-plan.json` beside this notebook. **Save as "
        "web page and Markdown** writes both beside it, for those who do not use Jupyter. On "
        "Binder, download them before you leave."
    ): (
        "What you type is kept at once in this browser. **Save as web page and Markdown** makes "
        "both, and [your files](your-files.md) lets you take them along."
    ),
}


# The exercises, where answers have buttons of their own.
OF_EXERCISES = {
    (
        "Answer in the cells that say *Not done yet*; run each answer, then the check below it. A "
        "check says"
    ): (
        "Answer in the fields that say *Not done yet*. **Run** tries your answer, **Check** checks "
        "it. A check says"
    ),
    (
        "Fill in an answer above its cell, or type it in place of the dots. Run the cell, then the "
        "check below it. A check says"
    ): ("Fill in an answer, or type it in place of the dots. Then **Check** checks it, and says"),
    "> **Note** Run the cells from top to bottom the first time. Save with <kbd>Ctrl</kbd> "
    "<kbd>S</kbd>.": (
        "> **Note** Answer from top to bottom the first time. What you type is kept in this "
        "browser at once; **Download my notebook** makes the file to hand in."
    ),
    "Write in the cell below": "Write it below",
    "The next cell loads": "The code below loads",
    "The next cell counts": "The code below counts",
    "The next cell holds": "The code below holds",
    "The cell above gives": "The code above gives",
    "The cell above picks": "The code above picks",
    "last line of your answer cell, and run it.": "last line of your answer, and run it.",
    "If a cell never ends, stop it with the button ■ above.": (
        "If it never ends, press **Stop** at the top."
    ),
}


def reworded(text: str, passages: Mapping[str, str] = PASSAGES) -> str:
    """Return a text of the lessons, or of the exercises, in the words of the web edition."""
    text = str(text)  # Where it is HTML, Markup would escape what is put in.
    for passage, instead in passages.items():
        text = text.replace(passage, instead)
    return text


def left_behind(texts: Iterable[str], passages: Mapping[str, str] = PASSAGES) -> list[str]:
    """Return the passages that none of the notebooks' texts has any more."""
    whole = "\n".join(texts)
    return [passage for passage in passages if passage not in whole]
