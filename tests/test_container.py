"""The container files are sound."""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.web.door.door import HEALTH
from ingest.settings import Settings, variable
from tests.conftest import need
from tests.container import (
    APP,
    CHROMA,
    COMPOSE,
    DOCKERFILE,
    ROOT,
    SERVICES,
    UID,
    command,
    health_check,
    instructions,
)

BIN = Path(sys.executable).parent
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
DOC = (ROOT / "docs" / "CONTAINER.md").read_text("utf-8")


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a file from the builder: the last line that fits decides."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept_out = False
    for line in (line for line in lines if line and not line.startswith("#")):
        pattern = line.removeprefix("!")
        parts = path.split("/")
        heads = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
        anywhere = pattern.removeprefix("**/")
        names = parts if anywhere != pattern else heads
        if any(fnmatch.fnmatchcase(name, anywhere) for name in names):
            kept_out = not line.startswith("!")
    return kept_out


def test_hadolint_finds_nothing() -> None:
    hadolint = BIN / "hadolint"
    need(hadolint.exists(), "no hadolint here")
    done = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_compose_file_is_what_its_specification_asks_for() -> None:
    checker = BIN / "check-jsonschema"
    need(checker.exists(), "no check-jsonschema here")
    options = ["--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml"]
    done = subprocess.run([checker, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_is_copied_is_there_and_is_given_to_the_builder() -> None:
    sources = [source for line in instructions("COPY") if not line.startswith("--from")
               for source in line.split()[:-1]]  # fmt: skip
    assert "assistant" in sources and "requirements.lock" in sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert not ignored(source), source


def test_the_wheels_packages_are_copied() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = re.search(r"^packages = (\[.*assistant.*\])$", project, re.MULTILINE)
    assert listed
    for package in json.loads(listed[1]):
        assert f"COPY {package} {package}\n" in DOCKERFILE


@pytest.mark.parametrize(
    "path",
    [".env", "dateline.toml", ".git/config", "archive/catalog.sqlite3", ".venv/bin/python",
     "users", "assistant/.env", "assistant/__pycache__/cli.cpython-311.pyc", "tests/conftest.py"],
)  # fmt: skip
def test_secrets_and_clutter_stay_outside(path: str) -> None:
    assert ignored(path)


def test_the_versions_are_those_of_the_locks() -> None:
    locked = re.search(r"^chromadb==(\S+)", LOCK, re.MULTILINE)
    assert locked
    assert f"FROM chromadb/chroma:{locked[1]} AS chroma\n" in DOCKERFILE
    assert SERVICES["chroma"]["image"].endswith(f":{locked[1]}")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'version = "{SERVICES["app"]["image"].partition(":")[2]}"' in project
    assert "hatchling>=1.27" in project
    assert "hatchling==1." in (ROOT / "requirements-build.lock").read_text("utf-8")


def test_nothing_is_installed_but_by_hash_or_from_what_is_there() -> None:
    for line in instructions("RUN"):
        for step in line.split("&&"):
            if "pip" in step and "install" in step.split():
                assert "--require-hashes" in step or "--no-index" in step, step


def test_nobody_is_root() -> None:
    for stage in (CHROMA, APP):
        assert instructions("USER", stage)[-1] == f"{UID}:{UID}"
    assert f"useradd --uid {UID}" in DOCKERFILE


@pytest.mark.parametrize("name", ["app", "chroma"])
def test_each_service_can_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert service["volumes"] == [f"{'archive' if name == 'app' else 'chroma'}:/data"]


def test_only_this_machine_reaches_the_chat_and_nobody_else_chroma() -> None:
    assert SERVICES["app"]["ports"] == ["127.0.0.1:${PORT:-7860}:7860"]
    assert "ports" not in SERVICES["chroma"]
    assert SERVICES["chroma"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "--no-auth" not in command(APP)


def test_the_health_check_asks_a_real_route_without_signing_in() -> None:
    asked = health_check(APP)
    assert asked[0] == "python"
    assert f"http://127.0.0.1:7860{HEALTH}'" in asked[-1]


def test_every_setting_is_passed_on_and_none_has_to_be_there() -> None:
    given: dict[str, str | None] = SERVICES["app"]["environment"]
    for field in Settings.model_fields:
        assert variable(field) in given or f"{variable(field)}=" in DOCKERFILE
    assert {name for name, value in given.items() if value} == {"DATELINE_CHROMA"}
    assert given["DATELINE_CHROMA"] == "http://chroma:8000"
    assert not re.search(r"(KEY|TOKEN|PASSWORD|SECRET)\w*=", DOCKERFILE)


def test_the_document_names_what_is_there() -> None:
    for name in re.findall(r"docker compose \w+(?: -\S+)* (app|chroma)\b", DOC):
        assert name in SERVICES
    assert command(APP)[-1] in DOC
    assert "/data/archive" in DOC
