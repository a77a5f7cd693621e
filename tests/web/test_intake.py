from __future__ import annotations

import http.client
import io
import json
import stat
import threading
from contextlib import aclosing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant.web import intake
from assistant.web.gate import BusyError
from assistant.web.intake import LONGEST, safe_name, store_uploads, take_in, web_addresses
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, SettingError
from ingest.run import Report
from tests.web.scripted import Scripted, app_of, client_of, events_of, site_of
from tests.web.serving import in_loop, serving, until

ARTICLE = (
    b"Harbour reopens\n\nThe harbour of Eastport reopened on Sunday after repairs to the quay."
)
EVENTS = {"Accept": "text/event-stream"}


def records(folder: Path, count: int) -> Path:
    path = folder / "articles.jsonl"
    rows = (
        {"id": str(n), "title": f"Report {n}", "text": f"Ship {n} left port {n} at noon."}
        for n in range(count)
    )
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@pytest.fixture
def client(archive: Archive) -> TestClient:
    return client_of(site_of(archive, Scripted()))


def test_progress_is_told_and_then_the_report(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_EVERY", 0.0)
    states: list[Report] = []

    async def work() -> None:
        states.extend([state async for state in take_in(archive, [records(tmp_path, 50)])])

    in_loop(work)
    *progress, report = states
    assert report.added == report.articles == 50
    done = [state.done for state in progress]
    assert done == sorted(done)
    assert len(set(map(id, progress))) == len(progress) > 1, "each state is a copy of its own"


def test_progress_is_told_a_few_times_a_second(archive: Archive, tmp_path: Path) -> None:
    states: list[object] = []

    async def work() -> None:
        read = take_in(archive, [records(tmp_path, 200)], limit=100)
        states.extend([state async for state in read])

    in_loop(work)
    assert len(states) < 50 and isinstance(states[-1], Report) and states[-1].added == 100


def test_who_stops_listening_stops_the_run(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_EVERY", 0.0)

    async def work() -> None:
        async with aclosing(take_in(archive, [records(tmp_path, 5000)])) as states:
            async for _ in states:
                break

    in_loop(work)
    until(lambda: not _running())
    assert 0 < archive.catalog.counts()[0] < 5000


def _running() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "dateline-intake"]


def test_two_at_once_are_enough(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_EVERY", 0.0)
    path = records(tmp_path, 3000)

    async def work() -> None:
        async with (
            aclosing(take_in(archive, [path])) as one,
            aclosing(take_in(archive, [path])) as two,
        ):
            await anext(one)
            await anext(two)
            with pytest.raises(BusyError, match="adding articles"):
                await anext(take_in(archive, [path]))

    in_loop(work)
    until(lambda: not _running())

    async def again() -> None:
        async for _ in take_in(archive, [ARTICLE.decode()[:7]]):
            pass

    in_loop(again)


def test_what_is_wrong_is_raised(archive: Archive) -> None:
    async def work() -> None:
        async for _ in take_in(archive, ["https://paper.example/"], since="soon"):
            pass

    with pytest.raises(SettingError, match="2023-07-16"):
        in_loop(work)


@pytest.mark.parametrize("given", [[], ["  "], ["/etc/passwd"], ["seeds"], ["file:///etc/passwd"], ["-"],
                                   ["ftp://x.example/"], ["//x.example"], ["https://x.example"] * 101])  # fmt: skip
def test_only_web_addresses_come_in_by_name(client: TestClient, given: list[str]) -> None:
    with pytest.raises(SettingError):
        web_addresses(given)
    response = client.post("/api/ingest", json={"addresses": given})
    assert response.status_code == 400


def test_an_address_of_the_own_network_is_not_read(client: TestClient) -> None:
    for address in (
        "http://127.0.0.1:9/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data",
    ):
        report = client.post("/api/ingest", json={"addresses": [address]}).json()
        assert report["added"] == 0 and len(report["failed"]) == 1


def test_files_are_kept_and_read_and_replaced(client: TestClient, archive: Archive) -> None:
    sent = [("files", ("harbour.txt", ARTICLE)), ("files", ("odd.bin", b"\x00\x01\x02" * 50))]
    report = client.post("/api/ingest/files", files=sent).json()
    assert report["added"] == 1 and report["articles"] == 1
    assert report["failed"][0]["source"].endswith("uploads/local/odd.bin")
    kept = archive.folder / "uploads" / "local" / "harbour.txt"
    assert kept.read_bytes() == ARTICLE and stat.S_IMODE(kept.stat().st_mode) == 0o600
    changed = ARTICLE.replace(b"Sunday", b"Monday")
    report = client.post("/api/ingest/files", files={"files": ("harbour.txt", changed)}).json()
    assert report["updated"] == 1 and report["articles"] == 1
    assert kept.read_bytes() == changed
    assert sorted(p.name for p in kept.parent.iterdir()) == ["harbour.txt", "odd.bin"]


def test_progress_comes_as_events(client: TestClient) -> None:
    response = client.post("/api/ingest/files", files={"files": ("a.txt", ARTICLE)}, headers=EVENTS)
    events = events_of(response.text)
    assert [name for name, _ in events][-1] == "report"
    assert json.loads(events[-1][1])["added"] == 1
    response = client.post(
        "/api/ingest", json={"addresses": ["https://x.example/"], "since": "soon"}, headers=EVENTS
    )
    [(name, data)] = events_of(response.text)
    assert name == "error" and "2023-07-16" in json.loads(data)["message"]


def test_a_request_without_files_is_said(client: TestClient) -> None:
    for options in (
        {"data": {"x": "y"}},
        {"content": b""},
        {"files": {"other": ("a", b"b")}},
        {"json": {}},
    ):
        response = client.post("/api/ingest/files", **options)  # type: ignore[arg-type]
        assert response.status_code == 400 and response.json()["error"]["type"] == "invalid_request"


def test_files_that_are_too_large_are_refused(archive: Archive) -> None:
    client = client_of(site_of(archive, Scripted()))
    too_much = {"Content-Length": str(101 * 2**20)}
    response = client.post("/api/ingest/files", content=b"x", headers=too_much)
    assert response.status_code == 413 and not (archive.folder / "uploads").exists()
    big = client.post(
        "/api/ask", json={"question": "x", "history": [{"role": "user", "content": "x" * 2**20}]}
    )
    assert big.status_code == 413 and big.json()["error"]["type"] == "too_large"


def test_who_goes_away_stops_the_run(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, stopped = threading.Event(), threading.Event()

    def ingest(names: object, archive: object, *, stop: threading.Event, **_: object) -> Report:
        entered.set()
        assert stop.wait(30)
        stopped.set()
        return Report(stopped=True)

    monkeypatch.setattr(intake, "ingest", ingest)
    with serving(app_of(site_of(archive, Scripted()))) as url:
        for headers in ({}, EVENTS):
            entered.clear()
            stopped.clear()
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
            body = json.dumps({"addresses": ["https://x.example/"]})
            connection.request(
                "POST", "/api/ingest", body, {"Content-Type": "application/json", **headers}
            )
            until(entered.is_set)
            connection.close()
            until(stopped.is_set)


NAMES = ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\x.txt", "..", ".", "", "   ", ".htaccess",
         "CON", "nul.txt", "COM1.tar.gz", "a\x00b.txt", "a\nb.txt", "x" * 5000 + ".json.gz", "é" * 300 + ".html",
         "-rf", "a*b?.txt", "[x].txt", "\u202egnp.txt", "a/../../b", "name.", "name ", "\ud800.txt", "~root", "$HOME",
         "a:b.txt", "part\u2028two.txt", "%2e%2e%2fx"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leaves_the_folder(archive: Archive, name: str) -> None:
    [kept] = store_uploads(archive.folder, "", [(name, io.BytesIO(b"x"))])
    assert kept.parent == archive.folder / "uploads" / "local"
    assert kept.resolve() == kept.absolute().resolve() and kept.read_bytes() == b"x"
    assert len(kept.name.encode()) <= LONGEST and kept.name.isprintable()
    assert not set('/\\:*?"<>|[]') & set(kept.name) and not kept.name.startswith((".", "-"))


@given(st.text(max_size=400))
def test_any_name_is_made_safe(name: str) -> None:
    safe = safe_name(name)
    assert safe and "/" not in safe and safe not in (".", "..") and len(safe.encode()) <= LONGEST
    assert safe_name(safe) == safe
    assert not safe.startswith(".") and "\x00" not in safe


def test_the_ending_stays_by_which_a_file_is_read() -> None:
    assert safe_name("x" * 500 + ".json.gz").endswith(".json.gz")
    assert safe_name("x" * 500 + "a.html") != safe_name("x" * 500 + "b.html")


def test_each_user_has_a_folder_and_two_files_of_a_name_are_two(
    archive: Archive, tmp_path: Path
) -> None:
    mine = tmp_path / "a.txt"
    mine.write_bytes(b"mine")
    kept = store_uploads(archive.folder, "jo", [mine, ("x/a.txt", io.BytesIO(b"second"))])
    assert [path.name for path in kept] == ["a.txt", "2-a.txt"]
    assert {path.parent.name for path in kept} == {"jo"}
    [theirs] = store_uploads(archive.folder, "visitor:../x", [("a.txt", io.BytesIO(b"theirs"))])
    assert kept[0].read_bytes() == b"mine" and theirs.parent.parent == kept[0].parent.parent


def test_files_that_cannot_be_kept_are_said(archive: Archive, tmp_path: Path) -> None:
    (archive.folder / "uploads").write_text("a file where the folder should be")
    with pytest.raises(ArchiveError, match="cannot be kept"):
        store_uploads(archive.folder, "", [("a.txt", (tmp_path / "b").open("wb+"))])
