"""A school: one machine with the hub, an instructor, two assistants and four students."""

import re

from client import Hub, Visitor
from machine import HUB, PREFIX, Machine

ASSIGNMENT = "03-size-and-context"
PEOPLE = {
    "ines": "instructor", "tom": "formgrade", "uma": "formgrade",
    "ada": "nbgrader", "ben": "nbgrader", "cleo": "nbgrader", "dov": "nbgrader",
}  # fmt: skip


README = (HUB / "README.md").read_text(encoding="utf-8")
SET_UP, TEACH = (
    block.splitlines() for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
)
HTTPS = re.findall(r"^c\.JupyterHub\.ssl_.*$", README, re.MULTILINE)


class School:
    """The machine, its hub, and those who have logged in."""

    def __init__(self, people=PEOPLE):
        self.people = people
        self.machine = Machine()
        self._visitors = {}

    def install(self, setting="", https=()):
        """Do what the README says; the environment and the proxy are those of the tests.

        ``setting`` is a line for the settings of all servers, and ``https`` what `Hub` takes.
        """
        for target in ("course", "people", "exchange"):
            self.machine.root("make", "--no-print-directory", "-C", str(HUB), target)
        add = ("tee", "--append", str(PREFIX / "etc/everyone/jupyter_server_config.py"))
        self.machine.root(*add, input=f"{setting}\n")
        for name, group in self.people.items():
            line = f"useradd --create-home --groups {group}-does-it-scale {name}"
            self.machine.root(*line.split())
        passwords = "".join(f"{name}:{name}\n" for name in self.people)
        self.machine.root("chpasswd", input=passwords)
        self.hub = Hub(self.machine, https)

    def visitor(self, name):
        """Somebody who has logged in."""
        if name not in self._visitors:
            self._visitors[name] = Visitor(self.hub, name)
        return self._visitors[name]

    def close(self):
        """End everything."""
        if hasattr(self, "hub"):
            self.hub.close()
        self.machine.close()
