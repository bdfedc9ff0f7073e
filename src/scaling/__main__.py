"""``python -m scaling``: what a learner or an instructor does outside of a notebook."""

import argparse
import sys
from importlib import import_module

DESCRIPTION = "Does It Scale? What a learner or an instructor does outside of a notebook."
# By name: the module, which has `add_arguments` and `main`, and what the command does.
COMMANDS = {
    "progress": ("scaling.progress.command", "your exercises, question by question"),
    "review": ("scaling.recall.command", "questions from the lessons that are due again"),
    "preflight": ("scaling.grading.preflight.command", "is this notebook fit to be handed in?"),
    "students": ("scaling.grading.students", "enter a list of students, as spreadsheets save it"),
    "variants": ("scaling.grading.variants", "each student's token for data of their own"),
    "grade": ("scaling.grading.grade", "grade what a class has handed in"),
    "mark": ("scaling.grading.marking.command", "mark essays, one a screen, by question"),
    "feedback": ("scaling.grading.feedback", "make and return the pages that changed"),
    "insight": ("scaling.grading.insight.command", "a class at a glance, question by question"),
    "similarity": ("scaling.grading.similarity.command", "answers that are alike, side by side"),
    "lms": ("scaling.grading.lms.command", "files of Moodle and Canvas: work in, marks out"),
    "inventory": ("scaling.inventory.command", "what a class made of the concept inventory"),
    "doctor": ("scaling.grading.doctor", "what is right and wrong with this installation?"),
    "panels": ("scaling.grading.panels", "show the instructor's panels in JupyterLab"),
    "demo-class": ("scaling.grading.demo_class", "invent a class and grade it, to try out"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="python -m scaling", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, does) in COMMANDS.items():
        command = commands.add_parser(name, help=does, description=does)
        if arguments[:1] == [name]:  # Importing all would take seconds.
            try:
                import_module(module).add_arguments(command)
            except ModuleNotFoundError as error:
                if (error.name or "").partition(".")[0] == "scaling":
                    raise
                command.exit(2, f"{_missing(name, error)}\n")
    given = parser.parse_args(arguments)
    return import_module(COMMANDS[given.command][0]).main(given)


def _missing(command: str, error: ModuleNotFoundError) -> str:
    return (
        f"python -m scaling {command} needs more than the lessons do: {error.name} is not "
        "installed. In the course's folder, type: make grading\n"
        'Without make: python -m pip install -c requirements.txt ".[grading]"'
    )


if __name__ == "__main__":
    sys.exit(main())
