"""A class at a glance: ``python -m scaling insight ASSIGNMENT``.

``reading`` takes from the gradebook and the graded notebooks what each student answered, and
``said`` puts into words what a check found. ``figures`` works out facility, discrimination and the
commonest slips; ``lessons`` knows where each is answered in the course. ``report`` writes the page
and the table, and ``research`` an export without names.
"""
