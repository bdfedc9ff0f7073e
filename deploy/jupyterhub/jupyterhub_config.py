"""A JupyterHub for one class on one machine with Unix users. Every setting with its reason.

Who is who is decided by three Unix groups: ``nbgrader-does-it-scale`` (students),
``formgrade-does-it-scale`` (assistants) and ``instructor-does-it-scale``. Graders share
a server, as the user ``grader-does-it-scale``, to whom solutions, gradebook and
submissions belong. Settings of your own go into /etc/does-it-scale/hub.py, which is read last.
"""

import grp
import os
import pwd
import sys
from pathlib import Path

from jupyterhub.auth import PAMAuthenticator

c = get_config()  # noqa: F821 - traitlets puts it here when it runs this file

HERE = Path(__file__).resolve().parent
STATE = Path("/srv/does-it-scale/hub")  # closed to all but root
COURSE = "does-it-scale"
GRADER = f"grader-{COURSE}"
STUDENTS = f"nbgrader-{COURSE}"
ASSISTANTS = f"formgrade-{COURSE}"
INSTRUCTORS = f"instructor-{COURSE}"
PROGRAMS = Path(sys.executable).parent
IDLE = os.environ.get("SCALING_IDLE", "3600")  # seconds after which an unused server is ended


def environment(who):
    """Return the variables of a server: where its programs and its settings are."""
    return {
        "PATH": f"{PROGRAMS}:/usr/local/bin:/usr/bin:/bin",
        "JUPYTER_CONFIG_PATH": f"{HERE}/etc/{who}:{HERE}/etc/everyone",
        "OPENBLAS_NUM_THREADS": "1",  # Each thread of each kernel would reserve memory.
    }


# ---------------------------------------------------------------- who is who


class UnixGroups(PAMAuthenticator):
    """Unix users, whose groups in the hub are those of the machine."""

    manage_groups = True

    async def authenticate(self, handler, data):
        """Check name and password; return the user with their groups, or None."""
        name = await super().authenticate(handler, data)
        return name and {"name": name, "groups": self.groups(name)}

    async def refresh_user(self, user, handler=None):
        """Ask for the groups anew, so that whom the machine forgets the hub forgets too."""
        if user.name == GRADER:
            return True
        try:
            groups = self.groups(user.name)
        except KeyError:  # There is no such user any more.
            return False
        return {"groups": groups} if self.allowed_groups.intersection(groups) else False

    def groups(self, name):
        """Return those groups of a user that mean something here."""
        numbers = os.getgrouplist(name, pwd.getpwnam(name).pw_gid)
        ours = {grp.getgrnam(group).gr_gid: group for group in self.allowed_groups}
        return sorted(ours[number] for number in numbers if number in ours)


c.JupyterHub.authenticator_class = UnixGroups
c.Authenticator.allowed_groups = {STUDENTS, ASSISTANTS, INSTRUCTORS}
c.Authenticator.allowed_users = {GRADER}  # known to the hub; it has no password to log in with
c.Authenticator.allow_existing_users = False
c.Authenticator.auth_refresh_age = 60

# ---------------------------------------------------------------- rights

# nbgrader's names for the groups of a course. Graders share the server of the account GRADER. As a
# service of the hub, which nbgrader's manual has in its place, it would always run, and the hub
# itself would not start where that server takes more than ten seconds.
c.JupyterHub.load_roles = [
    {
        "name": ASSISTANTS,
        "groups": [ASSISTANTS, INSTRUCTORS],
        "scopes": [
            f"access:servers!user={GRADER}",
            f"servers!user={GRADER}",
            f"read:users:name!user={GRADER}",
        ],
    },
    {
        # See who is there, start and end a student's server; not look into it.
        "name": INSTRUCTORS,
        "groups": [INSTRUCTORS],
        "scopes": [
            "admin-ui",
            f"list:users!group={STUDENTS}",
            f"read:users!group={STUDENTS}",
            f"servers!group={STUDENTS}",
        ],
    },
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
]
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}"],
    },
]
c.JupyterHub.template_paths = [str(HERE / "templates")]  # a link for graders
c.JupyterHub.template_vars = {"graders": [ASSISTANTS, INSTRUCTORS], "grader": GRADER}

# ---------------------------------------------------------------- a learner's server

# The lessons are brought by the learner's own process. A hook of the hub would be root, in a folder
# in which the learner may have put links to anywhere.
c.Spawner.cmd = [sys.executable, str(HERE / "start.py")]
c.Spawner.environment = environment("learners")
c.Spawner.env_keep = ["LANG", "LC_ALL", "TZ"]
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab/tree/does-it-scale/course/00-start-here.ipynb"
c.Spawner.disable_user_config = True  # what another page makes a browser write there does nothing
c.Spawner.ip = "127.0.0.1"
# The hub's own spawner does not enforce this. `start.py` does, for each process: a kernel that asks
# for more gets a MemoryError. README.md says how it was measured, and what would limit a user.
c.Spawner.mem_limit = "3G"


def as_grader(spawner):
    """Give the graders' account its own settings; it works in the folder of the course."""
    if spawner.user.name == GRADER:
        spawner.cmd = [str(PROGRAMS / "jupyterhub-singleuser")]
        spawner.environment = environment("graders")
        spawner.notebook_dir = f"{pwd.getpwnam(GRADER).pw_dir}/{COURSE}"
        # In JupyterLab formgrader would be a frame, which the hub forbids. It is a page of its own.
        spawner.default_url = "/formgrader"
        spawner.mem_limit = None


c.Spawner.pre_spawn_hook = as_grader
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # a class begins all at once

# ---------------------------------------------------------------- the hub itself

c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # behind a web server that speaks HTTPS
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{STATE}/jupyterhub.sqlite"
c.JupyterHub.cookie_max_age_days = 1  # people share machines in a computer room
c.ConfigurableHTTPProxy.command = [str(HERE / "proxy/node_modules/.bin/configurable-http-proxy")]
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

if Path("/etc/does-it-scale/hub.py").exists():
    load_subconfig("/etc/does-it-scale/hub.py")  # noqa: F821
