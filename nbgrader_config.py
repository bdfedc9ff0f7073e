"""How nbgrader makes and grades the exercises. Every setting with its reason."""

from pathlib import Path

c = get_config()  # noqa: F821 - traitlets puts it here when it runs this file

# Where things live. solutions/ is what authors edit, exercises/ is generated from it; what students
# hand in and what grading writes stays outside the repository's history (see .gitignore).
c.CourseDirectory.course_id = "does-it-scale"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# A stub that says what to do; the checks recognise its first words and answer in one line.
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("Not done yet: replace this line with your answer.")'
}
c.ClearSolutions.text_stub = "Write your answer here."

# Student names and due dates stay in the gradebook: releases must be the same for everyone, byte
# for byte, or a test could not tell an edited exercise from a generated one.
c.IncludeHeaderFooter.header = ""

# Students keep their feedback, and next year's ask for it: no hidden test and no sample answer.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# A FigureWidget's saved state holds five megabytes of JavaScript, in every autograded notebook.
c.ExecutePreprocessor.store_widget_state = False
# A check takes well under a second; a cell that runs for a minute is an endless loop.
c.ExecutePreprocessor.timeout = 60
# The first kernel on a fresh machine compiles pandas and scipy; give it time.
c.ExecutePreprocessor.startup_timeout = 120
# Say what happens, without the debugging of traitlets and nbconvert.
c.Application.log_level = "INFO"
