"""The review: questions that a learner has met, some at a time, when they are due.

``schedule.py`` says which are due, and ``command.py`` asks them in a terminal.
"""


def show() -> None:
    """Display the review in a notebook."""
    from scaling.recall.page import show_review  # imported late: only a notebook has widgets

    show_review()
