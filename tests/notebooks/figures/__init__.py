"""Every number in prose, and what it rests on: one file a module of the course.

``FIGURES`` in each file is a table: where, the words, and what they rest on. Numbers go into the
words' braces; a claim without a number is True or False, and ``STATED`` is in the place of a claim
where there is none. ``CITED`` names the figures of others, by
page, with the citation that has to follow them; ``FORMULAS``, by page, the digits of formulas.
"""

import importlib
import pkgutil

_MODULES = [
    importlib.import_module(f"{__name__}.{found.name}")
    for found in pkgutil.iter_modules(__path__)
    if found.name != "pages"
]
FIGURES = [row for module in _MODULES for row in module.FIGURES]
CITED = {page: rows for module in _MODULES for page, rows in module.CITED.items()}
FORMULAS = {page: rows for module in _MODULES for page, rows in module.FORMULAS.items()}
