"""Moodle and Canvas: their archives in, marks and pages of feedback back, all as files.

No platform is asked over the network: ``python -m scaling lms`` reads what an instructor downloads
from it, and writes what they upload there. A file is an idea: ``archives`` opens an archive with
care, ``sheets`` fills cells of a CSV file, ``roster`` says who is who, ``moodle`` and ``canvas``
hold what the two differ in, ``collect``, ``marks`` and ``pages`` do the three things.
"""
