"""A school: one machine with the hub, an instructor, two assistants and four students."""

from client import Hub, Visitor
from machine import HUB, Machine

ASSIGNMENT = "03-size-and-context"
PEOPLE = {
    "ines": "instructor", "tom": "formgrade", "uma": "formgrade",
    "ada": "nbgrader", "ben": "nbgrader", "cleo": "nbgrader", "dov": "nbgrader",
}  # fmt: skip


class School:
    """The machine, its hub, and those who have logged in."""

    def __init__(self, people=PEOPLE):
        self.people = people
        self.machine = Machine()
        self._visitors = {}

    def install(self):
        """Do what the README says; the environment and the proxy are those of the tests."""
        for target in ("course", "people", "exchange"):
            self.machine.root("make", "--no-print-directory", "-C", str(HUB), target)
        for name, group in self.people.items():
            line = ("--create-home", "--groups", f"{group}-does-it-scale", name)
            self.machine.root("useradd", *line)
        passwords = "".join(f"{name}:{name}\n" for name in self.people)
        self.machine.root("chpasswd", input=passwords)
        self.hub = Hub(self.machine)

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
