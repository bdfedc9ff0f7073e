"""The marking room: ``python -m scaling mark ASSIGNMENT`` shows one essay a screen.

Marks and comments go into nbgrader's gradebook as formgrader writes them. What nbgrader has no
place for (who marked, what waits, second marks) is a log beside them in the same database.

- ``rubric.py`` and ``figures.py`` read a question and what an essay says in numbers;
- ``essays.py`` reads what a learner wrote, ``asking.py`` the requests to look again;
- ``book.py`` and ``log.py`` are the two halves of the database, and ``saving.py`` writes both;
- ``split.py`` says who marks what in which order, ``agreement.py`` how far markers agree;
- ``room.py`` brings these together, ``server.py`` shows them.
"""
