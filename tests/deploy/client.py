"""The hub of a machine, and people who visit it: by HTTP, as a browser does without a page."""

import json
import re
import signal
import socket
import subprocess
import time
from urllib.parse import urljoin

import requests
import websocket
from machine import PATIENCE, PREFIX, PROGRAMS

SETTINGS = """
c = get_config()
hub, proxy, public = {ports}
c.JupyterHub.bind_url = f"{scheme}://127.0.0.1:{{public}}"
c.JupyterHub.hub_port = hub
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{{proxy}}"
c.Authenticator.auth_refresh_age = 1
"""


def until(condition, what, patience=PATIENCE, every=0.5):
    """Wait for a condition; return what it found."""
    end = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(every)
    return found


class Hub:
    """A hub with the settings of the folder, but for the ports, which other tests may have.

    Parameters
    ----------
    machine : Machine
    https : iterable of str
        The settings with which it speaks HTTPS; without any it speaks HTTP.
    """

    def __init__(self, machine, https=()):
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
        ports = [one.getsockname()[1] for one in sockets]
        for one in sockets:
            one.close()
        scheme = "https" if https else "http"
        self.address = f"{scheme}://127.0.0.1:{ports[-1]}"
        etc = machine.stage / "etc/does-it-scale"
        etc.mkdir()
        settings = SETTINGS.format(ports=ports, scheme=scheme)
        (etc / "hub.py").write_text(settings + "\n".join(https))
        self.trusted = _certificate(etc) if https else None
        self.log = machine.stage / "hub.log"
        self._process = machine.start(
            PROGRAMS / "jupyterhub", "--config", PREFIX / "jupyterhub_config.py", log=self.log
        )
        until(self._is_up, "the hub answers")

    def _is_up(self):
        assert self._process.poll() is None, self.log.read_text()
        try:
            return self.get("/hub/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def get(self, path, **how):
        """Ask for an address of the hub as nobody, or with a token among the headers."""
        return requests.get(f"{self.address}{path}", verify=self.trusted, **how)

    @property
    def pid(self):
        """The hub's process: `nsenter` becomes it."""
        return self._process.pid

    def close(self):
        """End the hub, and with it the proxy, the services and the servers."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)


class Visitor:
    """Somebody with a browser; the password is the name."""

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self._session = requests.Session()
        self._session.verify = hub.trusted
        self._session.trust_env = False  # REQUESTS_CA_BUNDLE would come before that.
        page = self.get("/hub/login?next=/hub/home")  # and not to a server, which would start
        data = {"username": name, "password": name, "_xsrf": _xsrf(page)}
        self.landed = self._post(page, data)

    def get(self, path):
        """Open an address of the hub, and follow where it leads."""
        return self._session.get(urljoin(self.hub.address, path), timeout=PATIENCE)

    def open(self, path):
        """Open a page of a server, and agree that this server learns who one is."""
        page = self.get(path)
        if "/oauth2/authorize" in page.url and page.ok:
            scopes = re.findall(r'name="scopes"[^>]*value="([^"]+)"', page.text)
            page = self._post(page, {"scopes": scopes, "_xsrf": _xsrf(page)})
        return page

    def cookies(self):
        """Return what a browser keeps of all pages."""
        return list(self._session.cookies)

    def start(self, user, every=0.5):
        """Start a server, one's own or another's; wait until it is ready."""
        self.get(f"/hub/spawn/{user}")
        until(
            lambda: self._server(user).get("ready"), f"the server of {user} is ready", every=every
        )

    def _server(self, user):
        answer = self.get(f"/hub/api/users/{user}")
        answer.raise_for_status()
        return answer.json()["servers"].get("", {})

    def send(self, method, path, content=None):
        """Send JSON to a server that one has opened, as its own pages do."""
        server = "/hub" if path.startswith("/hub/") else "/".join(path.split("/")[:3])
        (token,) = (
            one.value for one in self._session.cookies
            if one.name == "_xsrf" and one.path.rstrip("/") == server
        )  # fmt: skip
        return self._session.request(
            method, urljoin(self.hub.address, path), json=content, timeout=PATIENCE,
            headers={"X-XSRFToken": token},
        )  # fmt: skip

    def token(self):
        """Ask the hub for a token of one's own."""
        self.get("/hub/home")
        return self.send("POST", f"/hub/api/users/{self.name}/tokens", {}).json()["token"]

    def call(self, method, address, token, content):
        """Send JSON as a program does, with a token; return what comes back."""
        answer = requests.request(
            method, address, json=content, timeout=PATIENCE, verify=self.hub.trusted,
            headers={"Authorization": f"token {token}"},
        )  # fmt: skip
        answer.raise_for_status()
        return answer.json()

    def type(self, user, line, awaited):
        """Type a line in a terminal of a server; return the match of what is awaited."""
        server = f"/user/{user}"
        self.open(server)
        name = self.send("POST", f"{server}/api/terminals", {}).json()["name"]
        own = [one for one in self.cookies() if server.startswith(one.path.rstrip("/"))]
        terminal = websocket.create_connection(
            urljoin(self.hub.address, f"{server}/terminals/websocket/{name}").replace("http", "ws"),
            cookie="; ".join(f"{one.name}={one.value}" for one in own),
            sslopt={"ca_certs": self.hub.trusted}, timeout=PATIENCE,
        )  # fmt: skip
        terminal.send(json.dumps(["stdin", f"{line}\r"]))
        said = ""
        while not (found := re.search(awaited, said)):
            kind, *content = json.loads(terminal.recv())
            said += content[0] if kind == "stdout" else ""
        terminal.close()
        return found

    def _post(self, page, data):
        headers = {"Referer": page.url}
        return self._session.post(page.url, data=data, headers=headers, timeout=PATIENCE)


def _xsrf(page):
    return re.search(r'name="_xsrf" value="([^"]+)"', page.text)[1]


def _certificate(folder):
    """Make a certificate for this machine, where the settings look for it; return its file."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", folder / "hub.key", "-out", folder / "hub.crt"),
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return str(folder / "hub.crt")
