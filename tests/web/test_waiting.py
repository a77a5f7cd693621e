"""A chat whose archive cannot be opened yet says so, and opens it once it can."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from assistant.commands import Service
from assistant.web.desk import desk
from assistant.web.door.users import Access, Users
from assistant.web.waiting import opened
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, ArchiveInUseError, EmbedderError
from ingest.settings import Settings
from tests.web.serving import until

HERE = Access()
BROWSER = {"Accept": "text/html"}


@contextmanager
def waiting(settings: Settings, access: Access = HERE) -> Iterator[tuple[str, Future[Archive]]]:
    """The address of a wait, and what comes of it."""
    found: Future[Archive] = Future()

    def wait() -> None:
        try:
            found.set_result(opened(settings, listener, access, 0.05))
        except BaseException as error:
            found.set_exception(error)

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        threading.Thread(target=wait, daemon=True).start()
        until(lambda: found.done() or _answers(url))
        yield url, found


def _answers(url: str) -> bool:
    try:
        return bool(httpx.get(url, timeout=2).status_code)
    except httpx.TransportError:
        return False


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(archive=tmp_path / "archive", _env_file=None)


def test_an_archive_that_another_process_has_is_waited_for(settings: Settings) -> None:
    with Archive.open(settings, create=True) as holder, waiting(settings) as (url, found):
        page = httpx.get(url, headers=BROWSER)
        assert page.status_code == 503 and "is in use by" in page.text
        assert 'http-equiv="refresh"' in page.text
        assert page.headers["content-security-policy"] and page.headers["x-frame-options"] == "DENY"
        program = httpx.get(f"{url}/api/health")
        assert program.status_code == 503 and program.headers["retry-after"]
        assert "is in use by" in program.json()["error"]["message"]
        assert not found.done()
        holder.close()
        with found.result(20) as archive:
            assert archive.counts() == (0, 0)


@pytest.mark.parametrize(
    "access",
    [
        Access("0.0.0.0"),
        Access(users=Users.of_pair("jo", "horse")),
        Access(names=("news.example",)),
    ],
    ids=["other machines", "who signs in", "behind a proxy"],
)
def test_what_has_the_archive_is_not_told_to_strangers(settings: Settings, access: Access) -> None:
    with Archive.open(settings, create=True) as holder, waiting(settings, access) as (url, found):
        for headers in ({}, BROWSER):
            told = httpx.get(url, headers=headers)
            assert told.status_code == 503 and str(settings.archive) not in told.text
            assert "cannot be opened at the moment" in told.text
        assert httpx.get(url, headers={"Host": "evil.test"}).status_code == 400
        holder.close()
        found.result(20).close()


def test_a_second_chat_does_not_wait_for_the_first(settings: Settings) -> None:
    with (
        Archive.open(settings, create=True) as archive,
        waiting(settings) as (_, found),
        desk(Service(archive), "http://127.0.0.1:7860"),
        pytest.raises(ArchiveInUseError, match=r"open already, at http://127\.0\.0\.1:7860"),
    ):
        found.result(20)


def test_a_backup_of_the_same_size_and_time_is_seen(settings: Settings) -> None:
    Archive.open(settings, create=True).close()
    catalog = settings.archive / "catalog.sqlite3"
    shutil.copy2(catalog, settings.archive / "backup")
    times = catalog.stat().st_atime_ns, catalog.stat().st_mtime_ns
    catalog.write_bytes(b"x" * catalog.stat().st_size)
    os.utime(catalog, ns=times)
    with waiting(settings) as (_, found):
        shutil.copy2(settings.archive / "backup", catalog)
        found.result(20).close()


def test_a_damaged_catalog_is_waited_for_until_it_is_put_back(settings: Settings) -> None:
    Archive.open(settings, create=True).close()
    catalog = settings.archive / "catalog.sqlite3"
    whole = catalog.read_bytes()
    catalog.write_bytes(b"no database " * 900)
    with waiting(settings) as (url, found):
        said = httpx.get(url, headers=BROWSER).text
        assert "is damaged" in said and "Put a backup" in said
        assert 'http-equiv="refresh"' in said
        catalog.write_bytes(whole)
        found.result(20).close()


def test_a_catalog_that_is_being_put_back_is_left_alone(settings: Settings) -> None:
    with Archive.open(settings, create=True) as archive:
        archive.catalog.set_meta("kept", "yes")
    catalog = settings.archive / "catalog.sqlite3"
    whole = catalog.read_bytes()
    catalog.write_bytes(b"no database " * 900)
    with waiting(settings) as (_, found):
        catalog.write_bytes(b"")
        time.sleep(0.3)  # several attempts
        assert catalog.read_bytes() == b"" and not found.done()
        with catalog.open("ab") as file:
            for start in range(0, len(whole), 8192):
                file.write(whole[start : start + 8192])
                file.flush()
                time.sleep(0.01)
        with found.result(20) as archive:
            assert archive.catalog.meta("kept") == "yes"


def test_a_reason_that_does_not_pass_ends_the_wait(settings: Settings) -> None:
    with Archive.open(settings, create=True) as archive:
        archive.catalog.set_meta("embedder", "another")
        archive.catalog.set_meta("dimension", "3")
    catalog = settings.archive / "catalog.sqlite3"
    whole = catalog.read_bytes()
    catalog.write_bytes(b"no database " * 900)
    with waiting(settings) as (_, found):
        catalog.write_bytes(whole)
        with pytest.raises(EmbedderError):
            found.result(20)


def test_a_folder_that_cannot_be_made_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(archive=tmp_path / "file" / "archive", _env_file=None)
    with socket.socket() as listener, pytest.raises(ArchiveError, match="cannot be made"):
        opened(settings, listener, Access())
