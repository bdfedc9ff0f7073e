"""A PostgreSQL server in a temporary folder, with a socket there and no port.

It is of Debian's package ``postgresql``. Without one its tests are skipped, unless
SCALING_POSTGRES=required.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from importlib.util import find_spec
from pathlib import Path

import pytest


def binaries():
    """Where the newest PostgreSQL of this machine is, or None."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((file.parent for file in versions), key=lambda place: place.parts[-2], default=None)


def someone_else():
    """The options of subprocess that turn root, whom PostgreSQL refuses, into another user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise AssertionError("no user for PostgreSQL")


@pytest.fixture(scope="session")
def postgres():
    """A server of our own; return a function that makes an empty database and its address."""
    give_up = pytest.fail if os.environ.get("SCALING_POSTGRES") == "required" else pytest.skip
    if binaries() is None:
        give_up("no PostgreSQL here (Debian: apt-get install postgresql)")
    if find_spec("psycopg") is None:
        give_up("no driver for PostgreSQL here (pip install 'psycopg[binary]')")
    place = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has to be short
    other = someone_else()
    if other:
        shutil.chown(place, other["user"], other["group"])
    place.chmod(0o755)
    data = place / "data"
    made = ["--auth=trust", "--username=course", "--encoding=UTF8", "--no-sync"]
    subprocess.run(
        [binaries() / "initdb", "-D", data, *made],
        check=True,
        cwd=place,
        stdout=subprocess.DEVNULL,
        **other,
    )
    options = ["-k", place, "-c", "listen_addresses=", "-c", "fsync=off"]
    server = subprocess.Popen(
        [binaries() / "postgres", "-D", data, *options],
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **other,
    )
    try:
        _wait_for(place)
        yield lambda: _new_database(place)
    finally:
        server.send_signal(signal.SIGINT)  # It does not wait for clients that are still there.
        server.wait(60)
        shutil.rmtree(place)


def _new_database(place):
    import psycopg

    name = f"d{uuid.uuid4().hex}"
    with psycopg.connect(host=str(place), user="course", dbname="postgres") as connection:
        connection.autocommit = True
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://course@/{name}?host={place}"


def _wait_for(place):
    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(host=str(place), user="course", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            assert time.monotonic() < until, "PostgreSQL did not start"
            time.sleep(0.2)
