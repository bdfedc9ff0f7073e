"""The web edition: the same lessons as plain pages, alive in a browser without Jupyter.

``build.py`` makes the site. In the browser the course's own Python runs as WebAssembly
(``guest.py``), and the pages of explorables, forms and games (``explorable/frame.py``,
``form/page.py``, ``game/page.py``) are the same as in Jupyter: the folder ``standins`` holds the
few widgets that they are made of, without Jupyter, and ``web/js`` draws them as native elements.
"""

# What the pages show beside explorables, by the names under which ``guest.py`` opens them.
OTHER_PAGES = ("capstone.board.game", "capstone.plan.plan", "capstone.looking_back.still")
