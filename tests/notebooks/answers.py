"""What answers the questions of the explorables, and what a reader sees before answering."""

import re

from scaling import style

NUMBER = re.compile(r"(?<![\w.,])\N{MINUS SIGN}?\d[\d,]*(?:\.\d+)?(?!\w)")


def numbers(text):
    """All numbers in a text, as they are written."""
    return {number.rstrip(",") for number in NUMBER.findall(text)}


def outcome(explorable):
    """The number that answers an explorable, as the learner is told it."""
    result = explorable.run(**explorable.start)
    return style.number(float(explorable.answer(result)), explorable.ask.digits)


def without_folds(text):
    """What is in view while everything that follows a prediction is folded."""
    return re.sub(r"<details class=.scaling-after.>.*?</details>", " ", text, flags=re.DOTALL)
