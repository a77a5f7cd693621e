"""Archives that tests may change: copies of one that is kept as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

from ingest.archive.owner import ADDRESS


def copied(archive: Path, to: Path) -> Path:
    """A copy that no process owns; where it lies."""
    ignore = shutil.ignore_patterns("lock", "owner.json", ADDRESS)
    return Path(shutil.copytree(archive, to, ignore=ignore))
