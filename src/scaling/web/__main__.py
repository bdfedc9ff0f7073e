"""``python -m scaling.web SITE`` builds the web edition into a folder.

With ``--whole`` every file of the runtime travels; see ``imports.py``.
"""

import sys
from pathlib import Path

from scaling.web import instead

if __name__ == "__main__":
    instead.put_in_place()
    from scaling.web.build import main  # imported late: it imports what draws

    wanted = [argument for argument in sys.argv[1:] if argument != "--whole"]
    main(Path(*(wanted or ["site"])).resolve(), whole="--whole" in sys.argv)
