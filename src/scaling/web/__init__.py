"""The web edition: the same lessons as plain pages, alive in a browser without Jupyter.

``build.py`` makes the site. In the browser the course's own Python runs as WebAssembly
(``guest.py``), and the pages of explorables, forms, games and recall questions
(``explorable/frame.py``, ``form/page.py`` …) are the same as in Jupyter: the folder ``standins``
holds the few widgets that they are made of, without Jupyter, and ``web/js`` draws them as native
elements.
"""

from scaling.recall import ABOUT

# What the pages show beside explorables, by the names under which ``guest.py`` opens them.
OTHER_PAGES = (
    "capstone.board.game",
    "capstone.plan.plan",
    "capstone.looking_back.still",
    "capstone.how_sure.still",
    "recall.review.show",
    *(f"recall.lesson_{lesson}.recall" for lesson in ABOUT),
    "inventory.before",
    "inventory.after",
)
