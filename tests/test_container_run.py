"""What the image does works without a container: the wheel in a virtual environment of its own, a
user who may write nothing but the data folder, a Chroma server, the health check, and the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from assistant.web.door.door import HEALTH
from tests.conftest import need
from tests.container import APP, CHROMA, ROOT, SERVICES, UID, command, health_check
from tests.web.chat_server import free_port

pytestmark = pytest.mark.slow

COPIED = ("pyproject.toml", "README.md", "LICENSE", "assistant", "ingest", "prompts", "seeds")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
OFFLINE = ("--quiet", "--no-index", "--no-deps")
NO_RIGHTS = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
USER = ["--reuid", UID, "--regid", UID, "--clear-groups"]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other users can reach, which pytest's own cannot be."""
    folder = Path(tempfile.mkdtemp(prefix="dateline-container-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def programs(place: Path) -> Path:
    """The program folder of a virtual environment with the wheel of this project."""
    need(find_spec("hatchling"), "no hatchling here")
    sources = place / "build"
    sources.mkdir()
    for name in COPIED:
        copy: Callable[..., object] = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, sources / name)
    where = ("--no-build-isolation", "--wheel-dir", str(place), str(sources))
    subprocess.run([*PIP, "wheel", *OFFLINE, *where], check=True)
    shutil.rmtree(sources)
    return _installed(place / "venv", next(place.glob("dateline-*.whl")))


def _installed(folder: Path, wheel: Path) -> Path:
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    subprocess.run([*PIP, "--python", str(python), "install", *OFFLINE, str(wheel)], check=True)
    own = next((folder / "lib").glob("python*/site-packages"))
    # The dependencies are those of this environment, which were installed by the same lock.
    (own / "locked.pth").write_text(next(p for p in sys.path if p.endswith("site-packages")))
    subprocess.run(["chmod", "-R", "a+rX,a-w", folder], check=True)
    return python.parent


@pytest.fixture
def data(place: Path) -> Path:
    folder = place / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def without_rights(programs: Path, data: Path) -> list[str]:
    """What a command line begins with, so that the image's user runs it; where that one cannot
    reach this Python, root without its privileges."""
    if os.getuid() != 0:
        return []
    need(shutil.which("setpriv"), "no setpriv here")
    drop = [*NO_RIGHTS, *USER]
    tried = subprocess.run([*drop, programs / "dateline", "--version"], check=False,
                           capture_output=True, cwd="/")  # fmt: skip
    if tried.returncode:
        return NO_RIGHTS
    os.chown(data, int(UID), int(UID))
    return drop


@contextlib.contextmanager
def running(line: Sequence[str], url: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A server, once it answers."""
    program = subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                               **options)  # fmt: skip
    try:
        for _ in range(600):
            assert program.poll() is None, program.stderr and program.stderr.read()
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
                break
            time.sleep(0.1)
        yield program
    finally:
        program.kill()
        program.wait()


@pytest.fixture
def chroma(place: Path) -> Iterator[str]:
    port, folder = free_port(), place / "chroma"
    folder.mkdir()
    program = Path(sys.executable).with_name("chroma")
    line = [str(program), *here(command(CHROMA), port, folder)]
    with running(line, f"http://127.0.0.1:{port}/api/v2/heartbeat"):
        yield f"http://127.0.0.1:{port}"


def here(words: Sequence[str], port: int, folder: Path) -> list[str]:
    """The image's words for a port and a folder of this machine."""
    there = {"0.0.0.0": "127.0.0.1", "8000": str(port), "/data": str(folder)}
    words = [word.replace(":7860/", f":{port}/") for word in words]
    return [there.get(word, word.replace("/data/", f"{folder}/")) for word in words]


def test_what_the_image_does_works_without_rights(
    programs: Path, data: Path, chroma: str, without_rights: list[str]
) -> None:
    port = free_port()
    env = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(data), "TMPDIR": "/tmp",
           "DATELINE_ARCHIVE": str(data / "archive"), "DATELINE_CHROMA": chroma}  # fmt: skip

    def do(*words: str | Path, given: str | None = None) -> str:
        done = subprocess.run([*without_rights, *map(str, words)], env=env, cwd="/", text=True,
                              input=given, capture_output=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    do("dateline", "users", "add", "anna", data / "users", "--password-stdin", given="12345678\n")
    # 0.0.0.0 in the image: here nothing listens beyond loopback, but nobody comes in unknown.
    chat = [*without_rights, *here(command(APP), port, data), "--port", str(port)]
    with running(chat, f"http://127.0.0.1:{port}{HEALTH}", env=env, cwd="/") as server:
        do(*here(health_check(APP), port, data))
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/articles", timeout=10)
        do("dateline", "ingest", next(programs.parent.rglob("seeds/articles")))
        assert "Qingdao" in do("dateline", "ask", "Which port did the flotilla leave?")
        server.send_signal(signal.SIGTERM)
        assert server.wait(int(SERVICES["app"]["stop_grace_period"].rstrip("s"))) == 0
    assert not (data / "archive" / "owner.json").exists(), "the archive was not closed"
    assert not (data / "archive" / "vectors").exists(), "the vectors are not at the server"
    assert do("dateline", "doctor").count("healthy") == 2
