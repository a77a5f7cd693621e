"""The container files, read for the tests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BUILD, CHROMA, APP = re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)[1:]
UID = "10001"


def instructions(name: str, stage: str = DOCKERFILE) -> list[str]:
    """What stands after an instruction, each time it is there; broken lines are joined."""
    joined = re.sub(r"\\\n\s*", "", stage)
    return re.findall(rf"^\s*{name} (.*)$", joined, re.MULTILINE)


def command(stage: str) -> list[str]:
    """The program of a stage and its words."""
    words: list[str] = json.loads(instructions("CMD", stage)[-1])
    return words


def health_check(stage: str) -> list[str]:
    words: list[str] = json.loads(instructions("HEALTHCHECK", stage)[0].partition("CMD ")[2])
    return words
