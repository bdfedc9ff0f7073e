"""Every call in the scripts of the site fits what it calls, as far as tsc can tell."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_tsc_finds_nothing():
    if shutil.which("npm") is None:
        why = "npm, which fetches the scripts of the site, is not installed"
        pytest.fail(why) if os.environ.get("SCALING_SITE") == "required" else pytest.skip(why)
    subprocess.run(["make", "--quiet", "web/node_modules"], cwd=ROOT, check=True)
    done = subprocess.run(
        ["npm", "run", "--silent", "--prefix", "web", "check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
