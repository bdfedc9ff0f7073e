"""What graders have in addition."""

from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor

c = get_config()  # noqa: F821 - traitlets puts it here when it runs this file

# Whose nbgrader_config.py is read as well, wherever the server was started.
c.CourseDirectory.root = str(Path.home() / "does-it-scale")


class OnlyBehindTheWall(NbGraderPreprocessor):
    """Refuse to run a student's code as the user to whom solutions and gradebook belong."""

    def preprocess(self, nb, resources):
        """Say what to do instead."""
        raise RuntimeError(
            "On this server nbgrader's own autograde is switched off: it would run students' code "
            "with the graders' rights. In a terminal: python -m scaling grade ASSIGNMENT"
        )


c.Autograde.autograde_preprocessors = [OnlyBehindTheWall]
