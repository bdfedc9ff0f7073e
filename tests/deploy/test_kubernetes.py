"""What is untried on Kubernetes can at least be read, and names what is there."""

import re
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/kubernetes"


def values(name):
    return YAML(typ="safe").load(FOLDER / f"{name}.yaml")


def test_what_is_copied_into_the_image_is_there_and_holds_no_solutions():
    lines = re.findall(r"^COPY (.+) \S+$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    copied = " ".join(lines).split()
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {"solutions", "tests", "."}.isdisjoint(copied)


def test_hub_and_exchange_are_told_the_same():
    hub, ngshare = values("values"), values("ngshare")
    service = hub["hub"]["services"]["ngshare"]
    assert service["apiToken"] == ngshare["ngshare"]["hub_api_token"] == "TOKEN"
    assert f"{service['url']}/services/ngshare" in (FOLDER / "nbgrader_config.py").read_text()
    assert hub["singleuser"]["image"] == {"name": "IMAGE", "tag": "TAG"}


def test_the_readme_says_that_nothing_of_it_was_started():
    assert "Nothing here has been started" in (FOLDER / "README.md").read_text()
