"""What is done before an archive is opened: its folder, its embedder, damage left behind."""

from __future__ import annotations

import logging
from pathlib import Path

from ingest import health
from ingest.catalog import Catalog
from ingest.embed import Embedder
from ingest.embedding import Embedding
from ingest.errors import ArchiveError
from ingest.owner import Owner
from ingest.settings import Settings
from ingest.vectors import VectorIndex

log = logging.getLogger("dateline")


def make_folder(folder: Path, create: bool) -> None:
    if not create:
        health.require_archive(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"The archive folder {folder} cannot be made: {error.strerror or error}. "
            "Choose another with --archive."
        ) from error


def check_embedder(settings: Settings, given: Embedder | None, rebuild: bool) -> None:
    """Before anything is thrown away: is the embedder the archive's, or does it become so?"""
    catalog = Catalog(settings.archive.expanduser() / health.CATALOG)
    try:
        embedding = Embedding(catalog, settings, given)
        if rebuild:
            embedding.adopt()
        embedding.check()
    finally:
        catalog.close()


def discard_indexes(settings: Settings) -> None:
    """Mark everything as pending, then delete both indexes: a crash between leaves it to do."""
    folder = settings.archive.expanduser()
    catalog = Catalog(folder / health.CATALOG)
    try:
        catalog.forget_indexes()
        if settings.chroma:
            VectorIndex(settings.chroma, health.collection_name(catalog, settings.chroma)).clear()
    finally:
        catalog.close()
    health.discard_indexes(folder)


def is_damaged(owner: Owner, settings: Settings) -> bool:
    """Whether an owner that never released the archive left an index behind that is damaged."""
    if not owner.unclean:
        return False
    found = health.check(settings.archive.expanduser(), settings.chroma)
    if not found.healthy:
        log.warning("The indexes of %s are damaged and are made anew.", settings.archive)
    return not found.healthy
