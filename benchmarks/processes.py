"""A server in a process of its own, and what the system knows of it (Linux)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

START = 120.0  # seconds that a server may take until it answers
_TICKS = os.sysconf("SC_CLK_TCK")
_OURS = ("DATELINE_", "OPENAI_")


@dataclass(frozen=True)
class Usage:
    """Of a process: resident memory now and at most, in MB; seconds of CPU so far."""

    resident: float
    peak: float
    threads: int
    sockets: int
    cpu: float


@contextmanager
def server(command: Sequence[str], path: str) -> Iterator[tuple[str, int]]:
    """The address and the process id of a server, once `path` answers. `command`: its port is
    written as {port}; no setting of the machine reaches it."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    running = subprocess.Popen([part.format(port=port) for part in command], env=env,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}{path}", running)
        yield f"http://127.0.0.1:{port}", running.pid
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(30)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def usage(pid: int) -> Usage:
    process = Path("/proc", str(pid))
    told = status(process.joinpath("status").read_text())
    ticks = process.joinpath("stat").read_text().rpartition(")")[2].split()[11:13]
    return Usage(
        int(told["VmRSS"].split()[0]) / 1024, int(told["VmHWM"].split()[0]) / 1024,
        int(told["Threads"]), _sockets(process / "fd"), sum(map(int, ticks)) / _TICKS,
    )  # fmt: skip


def status(text: str) -> Mapping[str, str]:
    """The lines of /proc/PID/status."""
    pairs = (line.partition(":") for line in text.splitlines())
    return {name: value.strip() for name, _, value in pairs}


@contextmanager
def watched(pid: int, every: float = 0.5) -> Iterator[list[Usage]]:
    """What the process uses, noted again and again while the block runs."""
    seen: list[Usage] = []
    stop = Event()

    def watch() -> None:
        while not stop.wait(every):
            seen.append(usage(pid))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _sockets(folder: Path) -> int:
    return sum(_target(each).startswith("socket:") for each in folder.iterdir())


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # closed meanwhile
        return ""


def _wait_for(url: str, running: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START
    while time.monotonic() < ends:
        if running.poll() is not None:
            raise RuntimeError(f"the server ended with {running.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")
