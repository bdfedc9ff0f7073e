"""Binder and conda get the course as it is tested: thin environment, one lock, our own package.

Nothing is built here. The jupyter-repo2docker package, which mybinder.org runs, is asked which
recipe it would choose and what Dockerfile it would write.
"""

import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from naming import case
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from repo2docker.app import Repo2Docker
from repo2docker.buildpacks import CondaBuildPack
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PYTHON = "3.12"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")


# The files


def direct_requirements():
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(line) for listed in (PROJECT["dependencies"], *extras) for line in listed]


def lock_lines():
    lines = [line.strip() for line in LOCK.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def pins_here():
    """What the lock asks for in this very environment: name to version."""
    requirements = [Requirement(line) for line in lock_lines()]
    wanted = [one for one in requirements if one.marker is None or one.marker.evaluate()]
    names = [canonicalize_name(one.name) for one in wanted]
    assert len(set(names)) == len(names), "a package is pinned twice"
    return {name: exact_version(one) for name, one in zip(names, wanted, strict=True)}


def exact_version(requirement):
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    assert "*" not in specifier.version
    return specifier.version


def needed(requirements):
    """Names of all packages that the requirements bring along in this environment."""
    found, waiting = set(), [(canonicalize_name(one.name), one.extras) for one in requirements]
    while waiting:
        package, extras = waiting.pop()
        if (package, frozenset(extras)) in found:
            continue
        found.add((package, frozenset(extras)))
        for line in metadata.requires(package) or []:
            one = Requirement(line)
            if applies(one, extras):
                waiting.append((canonicalize_name(one.name), one.extras))
    return {package for package, _ in found}


def applies(requirement, extras):
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def test_environment_yml_is_thin_and_leaves_every_version_to_the_lock():
    environment = YAML(typ="safe").load(ROOT / "environment.yml")
    assert environment["channels"] == ["conda-forge"]
    assert environment["dependencies"] == [
        f"python={PYTHON}",
        "pip",
        {"pip": ["-c requirements.txt", "-e ."]},
    ]


def test_the_python_of_binder_is_one_that_the_package_allows():
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(PYTHON)


def test_each_line_of_the_lock_is_one_package_with_one_version():
    for line in lock_lines():
        with case(line):
            requirement = Requirement(line)  # an option, a path or a continued line fails here
            assert requirement.url is None
            assert exact_version(requirement)
            assert "--" not in line
            assert "://" not in line


@pytest.mark.parametrize("requirement", direct_requirements(), ids=str)
def test_each_direct_dependency_is_in_the_lock_within_its_range(requirement):
    pinned = pins_here()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(pinned)


def test_the_lock_holds_every_package_that_the_direct_ones_bring_along():
    everything = needed(direct_requirements())
    assert len(everything) > len(direct_requirements())
    assert everything - set(pins_here()) == set()


def test_what_is_installed_here_is_what_the_lock_says():
    pins = pins_here()
    installed = {name: metadata.version(name) for name in pins}
    assert installed == pins


def test_the_course_alone_brings_no_grader_and_nothing_of_the_tests():
    """On Binder and with conda the lock only limits versions; it installs nothing by itself."""
    course = needed([Requirement(line) for line in PROJECT["dependencies"]])
    assert {"jupyterlab", "plotly", "scipy"} <= course
    for extra in ("nbgrader", "notebook", "sqlalchemy", "alembic", "rapidfuzz", "latex2mathml"):
        assert extra not in course
    for extra in ("pytest", "playwright", "statsmodels", "jupyter-repo2docker", "mesa", "mypy"):
        assert extra not in course


# What repo2docker makes of them


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the tracked files, and nothing else, as the current folder."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout: cannot tell the course's own files from others")
    for name in filter(None, listing.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def recipe():
    """Return the recipe that repo2docker would choose for the current folder."""
    app = Repo2Docker()
    for choice in app.buildpacks:
        candidate = choice(base_image=app.base_image)
        if candidate.detect():
            candidate.platform = "linux/amd64"
            return candidate
    return None


@pytest.mark.slow
def test_binder_chooses_conda_and_our_python(checkout):
    chosen = recipe()
    assert type(chosen) is CondaBuildPack
    assert chosen.python_version == PYTHON


@pytest.mark.slow
def test_binder_installs_our_package_after_copying_the_repository(checkout):
    chosen = recipe()
    dockerfile = chosen.render()
    base = [Path(file).name for file in chosen.get_build_script_files()]
    assert f"environment.py-{PYTHON}-linux-64.lock" in base
    copied = dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}")
    installed = dockerfile.index('env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"')
    assert copied < installed


@pytest.mark.slow
def test_the_program_itself_writes_the_same_recipe(checkout):
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug"]
    person = ["--user-id", "1000", "--user-name", "jovyan"]
    finished = subprocess.run([*command, *person, "."], capture_output=True, text=True, check=False)
    output = finished.stdout + finished.stderr
    assert finished.returncode == 0, output
    assert f"Building conda environment for python={PYTHON}\n" in output
    copied, installed = output.index("COPY --chown=1000:1000 src/"), output.index("env update")
    assert copied < installed


@pytest.mark.slow
@pytest.mark.parametrize("loose", ["python>=3.12", "python>=3.12,<3.13", "python"])
def test_a_python_given_as_a_range_would_be_noticed(checkout, loose):
    environment = checkout / "environment.yml"
    text = environment.read_text(encoding="utf-8")
    assert f"- python={PYTHON}\n" in text
    environment.write_text(text.replace(f"python={PYTHON}", loose), encoding="utf-8")
    chosen = recipe()
    assert type(chosen) is CondaBuildPack
    assert chosen.python_version == "3.10"  # repo2docker does not say so: it falls back


@pytest.mark.slow
def test_a_stray_dockerfile_would_take_the_place_of_conda(checkout):
    (checkout / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    assert type(recipe()) is not CondaBuildPack


@pytest.mark.slow
def test_without_our_own_line_the_package_would_not_be_there_to_install(checkout):
    environment = checkout / "environment.yml"
    lines = environment.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.strip() not in {"- -e .", "- -c requirements.txt"}]
    assert len(kept) == len(lines) - 2
    environment.write_text("".join(kept).replace("- pip:\n", "- numpy\n"), encoding="utf-8")
    dockerfile = recipe().render()
    copied = dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}")
    assert dockerfile.index("env update") < copied
