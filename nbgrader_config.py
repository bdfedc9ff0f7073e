"""How nbgrader makes and grades the exercises. Every setting with its reason."""

import os
import stat
from importlib.util import find_spec
from pathlib import Path

c = get_config()  # noqa: F821 - traitlets puts it here when it runs this file

# Where things live. solutions/ is what authors edit, exercises/ is generated from it; what students
# hand in and what grading writes stays outside the repository's history (see .gitignore).
c.CourseDirectory.course_id = "does-it-scale"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# Graders who share this folder as a group also share what any of them writes, gradebook included.
SHARED = stat.S_IWGRP | stat.S_ISGID
if Path(__file__).resolve().parent.stat().st_mode & SHARED == SHARED:
    os.umask(os.umask(0o077) & ~stat.S_IRWXG)

# A stub that says what to do; the checks recognise its first words and answer in one line.
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("Not done yet: replace this line with your answer.")'
}
c.ClearSolutions.text_stub = "Write your answer here."
# nbgrader's own steps, but that an assignment named …-understand gets `name = ...` for a stub, and
# that with `c.Vary.enabled = True` each student gets data of their own.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "scaling.grading.blanks.Blanks",
    "scaling.grading.varying.Vary",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Student names and due dates stay in the gradebook: releases must be the same for everyone, byte
# for byte, or a test could not tell an edited exercise from a generated one.
c.IncludeHeaderFooter.header = ""

# What a student wrote goes into pages that others open, formgrader among them: nothing in it may
# run. Preprocessor and filters work in every page that nbgrader makes; sanitize_html has its own
# template clean HTML with our filter and leave JavaScript and widgets out.
c.HTMLExporter.preprocessors = ["scaling.grading.pages.Defuse"]
c.HTMLExporter.filters = {
    "markdown2html": "scaling.grading.clean.markdown",
    "clean_html": "scaling.grading.clean.html",
    "highlight_code": "scaling.grading.clean.code",
}
c.HTMLExporter.sanitize_html = True
# Our feedback page comes before nbgrader's of the same name. Formgrader keeps nbgrader's own page,
# but asks nobody else for MathJax, and its tables have room.
c.HTMLExporter.extra_template_basedirs = [
    str(Path(find_spec("scaling").origin).parent / "grading/templates"),
    str(Path(find_spec("nbgrader").origin).parent / "server_extensions/formgrader/templates"),
]

# Students keep their feedback, and next year's ask for it: no hidden test and no sample answer,
# not even where an error quotes it. The page begins with what each check said.
c.GenerateFeedback.preprocessors = [
    "scaling.grading.pages.Grades",
    "scaling.grading.pages.HideTests",
    "scaling.grading.pages.HideScheme",
    "scaling.grading.pages.Summary",
]

# A name that begins with "=" is a formula to a spreadsheet, and one with a comma moves the columns.
c.ExportApp.plugin_class = "scaling.grading.export.SafeCsv"

# How stock `nbgrader autograde` treats what a student copied or deleted. `python -m scaling grade`
# mends more, and says so; it reads the same gradebook and needs none of these.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "scaling.grading.deduplicate.SafeDeduplicateIds",  # a copied check ended the whole run
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# A deleted check would be a mark that nobody can give, and the student would never hear of it.
c.OverwriteCells.add_missing_cells = True

# The saved state of pictures holds five megabytes of JavaScript, in every autograded notebook.
c.ExecutePreprocessor.store_widget_state = False
# A check takes well under a second; a cell that runs for a minute is an endless loop.
c.ExecutePreprocessor.timeout = 60
# The first kernel on a fresh machine compiles pandas and scipy; give it time.
c.ExecutePreprocessor.startup_timeout = 120
# Say what happens, without the debugging of traitlets and nbconvert.
c.Application.log_level = "INFO"

# Settings of your own, such as an exchange or a database, in a file that git does not track.
load_subconfig("nbgrader_config_local.py", path=str(Path(__file__).resolve().parent))  # noqa: F821
