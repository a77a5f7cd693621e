"""The documents are true: every command, option and setting is documented, the README runs."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from starlette.testclient import TestClient

from assistant.cli import app
from assistant.web.app import Server
from ingest.archive.archive import Archive
from ingest.settings import Settings, variable
from ingest.sources.readers import READERS
from tests import shell
from tests.conftest import need
from tests.web.chat_server import free_port

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = (ROOT / "docs" / "COMMANDS.md").read_text("utf-8")
BLOCKS = re.findall(r"<!-- run -->\n```(\w+)\n(.*?)```", README, re.DOTALL)
CONTEXT = click.Context(app)


ALL = {name: app.get_command(CONTEXT, name) for name in app.list_commands(CONTEXT)}


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_command_and_option_is_documented(name: str) -> None:
    command = ALL[name]
    assert command is not None
    assert f"## `dateline {name}" in COMMANDS
    parts = command.commands.values() if isinstance(command, click.Group) else ()
    for part in parts:
        assert f"`dateline {name} {part.name}" in COMMANDS
    for parameter in [p for each in (command, *parts) for p in each.params]:
        for option in parameter.opts if isinstance(parameter, click.Option) else []:
            assert f"`{option}" in COMMANDS, f"{option} of dateline {name}"
    assert command.help


def test_no_document_names_a_command_that_is_not_there() -> None:
    for text in (README, COMMANDS):
        for name in re.findall(r"dateline ([a-z]+)", text):
            assert name in ALL


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "SETTINGS.md").read_text("utf-8")
    for name in Settings.model_fields:
        assert f"`{variable(name)}`" in text


def test_every_kind_of_file_is_documented() -> None:
    text = (ROOT / "docs" / "INGEST.md").read_text("utf-8") + README
    for ending in READERS:
        assert ending in text or ending in (".text", ".markdown")


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "DEPENDENCIES.md").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = re.search(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert listed
    for name in re.findall(r'"([A-Za-z-]+)', listed[1]):
        assert name.lower() in text.lower(), name


def test_the_locks_have_hashes_and_name_no_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        assert "--index" not in text and "--find-links" not in text
        assert text.count("==") <= text.count("--hash=sha256:")


def test_every_path_that_the_readme_names_is_there() -> None:
    for path in re.findall(r"\]\(((?:docs|tests)/[^)#]+)\)", README):
        assert (ROOT / path).exists(), path


ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")


def test_every_file_that_the_documents_name_is_there() -> None:
    for document in (README, *(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))):
        for path in re.findall(
            r"`((?:assistant|ingest|tests|training|prompts)/[\w./-]*)`", document
        ):
            assert (ROOT / path).exists(), path


def test_every_hop_of_the_two_ways_is_there() -> None:
    hops = re.findall(r"`((?:assistant|ingest)/[\w/]+\.py)`(?: \|)? `([\w.]+)`", ARCHITECTURE)
    assert len(hops) > 35
    for path, name in hops:
        code = (ROOT / path).read_text("utf-8")
        for part in name.split("."):
            assert re.search(rf"^\s*(?:class|def|async def) {part}\b", code, re.MULTILINE), (
                path,
                name,
            )


def test_the_readmes_tree_has_every_room() -> None:
    tree = re.search(r"^```\n(ingest/ .*?)^```", README, re.DOTALL | re.MULTILINE)
    assert tree
    told = set(re.findall(r"(\w+)/", tree[1]))
    rooms = {
        path.parent.name for top in ("assistant", "ingest") for path in (ROOT / top).rglob("*.py")
    }
    assert rooms <= told


@pytest.mark.slow
def test_the_readmes_commands_run_as_written(tmp_path: Path) -> None:
    """Those for a shell in this process: such a line is `dateline` and its words, nothing else."""
    assert {language for language, _ in BLOCKS} == {"sh", "python"}
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    printed = ""
    for language, code in BLOCKS:
        if language == "sh":
            lines = [shlex.split(line) for line in code.splitlines()]
            assert all(line[0] == "dateline" for line in lines)
            runs = [shell.dateline(*line[1:]) for line in lines]
        else:
            command = [sys.executable, "-c", code]
            runs = [subprocess.run(command, capture_output=True, text=True, check=False)]
        for done in runs:
            assert done.returncode == 0, f"{code}\n{done.stderr}"
            printed += done.stdout
    assert "Qingdao" in printed
    assert "11,300" in printed and "healthy" in printed


@pytest.mark.slow
def test_make_chat_opens_the_chat_with_the_sample_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What make would run is run in this process, up to the server."""
    need(shutil.which("make"), "make")
    port, venv = free_port(), Path(sys.prefix)
    given = [f"PORT={port}", f"ARCHIVE={tmp_path / 'archive'}", f"VENV={venv}"]
    command = ["make", "--dry-run", "--no-print-directory", "chat", *given]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    program, *words = shlex.split(made.stdout.splitlines()[-1])
    assert program == str(venv / "bin" / "dateline")
    opened = []

    def run(server: Server, sockets: list[socket.socket]) -> None:
        [listener] = sockets
        home = f"http://127.0.0.1:{listener.getsockname()[1]}"
        page = TestClient(server.config.app, base_url=home, client=("127.0.0.1", 5)).get("/")
        opened.append((home, "Dateline" in page.text))

    monkeypatch.setattr(Server, "run", run)
    monkeypatch.setattr("assistant.web.app.leave_on_sigterm", lambda: None)
    assert shell.dateline(*words).returncode == 0
    assert opened == [(f"http://127.0.0.1:{port}", True)]
    with Archive.open(Settings(archive=tmp_path / "archive", _env_file=None)) as archive:
        assert archive.catalog.counts()[0] == 62
