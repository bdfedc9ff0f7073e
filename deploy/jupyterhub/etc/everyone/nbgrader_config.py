"""What nbgrader has to know on this server: read by learners and by graders."""

from pathlib import Path

c = get_config()  # noqa: F821 - traitlets puts it here when it runs this file

c.Exchange.root = "/srv/does-it-scale/exchange"
c.CourseDirectory.course_id = "does-it-scale"
# Where the links in the lessons look for an exercise, from whatever folder it is handed in.
c.Exchange.assignment_dir = str(Path.home() / "does-it-scale/exercises")
