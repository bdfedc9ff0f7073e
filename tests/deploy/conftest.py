"""The school is opened once, and closed after all tests of this folder."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path += [str(Path(__file__).parent), str(ROOT / "tests/grading")]

from school import ASSIGNMENT, HTTPS, School  # noqa: E402
from users import skip_without_users  # noqa: E402

from scaling.grading import prepare, releasing  # noqa: E402

# What grading begins from is made once on a machine, as in tests/grading.
os.environ.setdefault(prepare.CACHE, str(prepare.cache()))


@pytest.fixture(scope="package")
def school():
    skip_without_users()
    if shutil.which("npm") is None:
        required = os.environ.get("SCALING_USERS") == "required"
        (pytest.fail if required else pytest.skip)("npm, which fetches the proxy, is not installed")
    subprocess.run(["make", "--quiet", "deploy/jupyterhub/node_modules"], cwd=ROOT, check=True)
    (solution,) = (ROOT / "solutions" / ASSIGNMENT).glob("*.ipynb")
    prepare.prepare([releasing.from_solution(solution)], Path(tempfile.gettempdir()))
    school = School()
    try:
        school.install(https=HTTPS)
        yield school
    finally:
        school.close()
