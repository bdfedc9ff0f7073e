"""The site, built once, served under a folder of a web server, in one chromium.

``visit`` opens a page of it (``reader.opened``).
"""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
sys.path.insert(0, str(Path(__file__).parent))
from lab import CHROMIUM_FLAGS
from reader import forget_all, opened

ROOT = Path(__file__).parents[2]
FOLDER = "user/course"  # A site is seldom at the root of its server.


def missing():
    if shutil.which("npm") is None:
        return "npm, which fetches the scripts of the site, is not installed"
    if shutil.which("chromium") is None:
        return "chromium, which draws the pictures of the site, is not installed"
    return ""


class Server(http.server.ThreadingHTTPServer):
    """A web server on this machine that can be told not to have a file."""

    def __init__(self, folder):
        server = self
        self.broken = {}  # name of a file to what is sent in its place; None for nothing

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                name = Path(self.path).name
                if name not in server.broken:
                    super().do_GET()
                elif server.broken[name] is None:
                    self.send_error(404)
                else:
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(server.broken[name])

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=folder))

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/{FOLDER}"


def build(target):
    subprocess.run(["make", "--quiet", "web/node_modules"], cwd=ROOT, check=True)
    subprocess.run([sys.executable, "-m", "scaling.web", str(target)], cwd=ROOT, check=True)


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """The folder of the built site; SCALING_SITE_BUILT names one that is there already."""
    if built := os.environ.get("SCALING_SITE_BUILT"):
        return Path(built)
    if why := missing():
        if os.environ.get("SCALING_SITE") == "required":
            pytest.fail(why)
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("site") / FOLDER
    folder.parent.mkdir()
    build(folder)
    return folder


@pytest.fixture(scope="package")
def server(site):
    with Server(site.parents[1]) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="package")
def chromium(site):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def home(chromium):
    """A reader's browser, which keeps what it has fetched from page to page."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def new_home(chromium):
    """The browser of a reader who has never been here."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def empty_home(home, server):
    """A browser that has the runtime already, and nothing of the reader's."""
    forget_all(home, server.address)
    return home


@pytest.fixture
def visit(server, home):
    """Open a page, and close it when the test ends."""
    pages = []

    def open_page(name, context=home):
        pages.append(opened(context, f"{server.address}/{name}"))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()
