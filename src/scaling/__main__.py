"""``python -m scaling``: what a learner or an instructor does outside of a notebook."""

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m scaling", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    preflight = commands.add_parser("preflight", help="is this notebook fit to be handed in?")
    preflight.add_argument("file", type=Path)

    # each command is imported when it is asked for: nbgrader takes seconds to import
    asked = (arguments if arguments is not None else sys.argv[1:])[:1]
    grade = commands.add_parser("grade", help="grade what a class has handed in")
    if asked == ["grade"]:
        from scaling.grading import grade as grading

        grading.add_arguments(grade)
    demo_class = commands.add_parser("demo-class", help="invent a class and grade it, to try out")
    if asked == ["demo-class"]:
        from scaling.grading import demo_class as demonstration

        demonstration.add_arguments(demo_class)
    given = parser.parse_args(arguments)
    if given.command == "preflight":
        from scaling.grading import preflight as checking

        return checking.main(given.file)
    if given.command == "demo-class":
        return demonstration.main(given)
    return grading.main(given)


if __name__ == "__main__":
    sys.exit(main())
