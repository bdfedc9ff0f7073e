"""Start a learner's server, as that learner: bring the lessons, set the limits, become Jupyter.

The hub runs this in place of ``jupyterhub-singleuser`` (``c.Spawner.cmd``).
"""

import logging
import os
import resource
import sys
from pathlib import Path

import lessons

HERE = Path(__file__).resolve().parent
EXCHANGE = Path("/srv/does-it-scale/exchange/does-it-scale/outbound")


def main():
    """Do all three; only what keeps Jupyter itself from starting is an error."""
    os.umask(0o077)
    home = Path.home()
    try:
        home.chmod(home.stat().st_mode & 0o700)  # Debian's useradd leaves homes open to all.
        for note in lessons.bring(home, HERE / "lessons", EXCHANGE):
            logging.warning(note)
    except OSError:
        logging.exception("The lessons could not all be brought")
    os.environ["SCALING_EXERCISES"] = f"{EXCHANGE}{os.pathsep}{HERE / 'lessons/exercises'}"
    if limit := os.environ.get("MEM_LIMIT"):  # bytes, from c.Spawner.mem_limit
        resource.setrlimit(resource.RLIMIT_AS, (int(limit), int(limit)))
    server = Path(sys.executable).with_name("jupyterhub-singleuser")
    os.execv(server, [str(server), *sys.argv[1:]])


if __name__ == "__main__":
    main()
