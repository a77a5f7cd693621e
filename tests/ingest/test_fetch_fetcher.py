"""The fetcher against a server that does its worst."""

from __future__ import annotations

import gzip
import io
import ssl
import subprocess
import threading
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import FetchError
from ingest.web.fetcher import Fetcher
from tests.conftest import need
from tests.ingest.web_server import Site, article, moves, raw, sends, web_server, zips

MB = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with web_server() as running:
        yield running


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow_private=True, delay=0)


@pytest.fixture
def reason(site: Site) -> Any:
    """Why a reply was refused."""

    def of(reply: Any, deadline: float = 5.0) -> str:
        site.pages["/bad"] = reply
        with pytest.raises(FetchError) as caught:
            Fetcher(allow_private=True, delay=0, deadline=deadline).fetch(site.url + "/bad")
        return str(caught.value)

    return of


def test_a_page_comes_with_what_is_known_of_it(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a?b=ü"] = site.pages["/a?b=%C3%BC"] = sends(
        "<p>Ellery</p>",
        "text/HTML; Charset=ISO-8859-1",
        ETag='"7"',
        Last_Modified="Sun, 16 Jul 2023",
    )
    got = fetcher.fetch(site.url + "/a?b=ü#part")
    assert (got.status, got.kind) == (200, ".html")
    assert (got.body, got.etag, got.modified) == (b"<p>Ellery</p>", '"7"', "Sun, 16 Jul 2023")
    assert got.url == site.url + "/a?b=%C3%BC"


def test_the_request_is_plain_and_without_cookies(site: Site) -> None:
    site.pages["/cookie"] = sends("<p>x</p>", Set_Cookie="a=b")
    fetcher = Fetcher(allow_private=True, delay=0, user_agent="Dateline test")
    fetcher.fetch(site.url + "/cookie")
    fetcher.fetch(site.url + "/cookie")
    headers = site.requests[-1][1]
    assert headers["User-Agent"] == "Dateline test"
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["Host"] == f"127.0.0.1:{site.port}"
    assert "Cookie" not in headers
    assert "Authorization" not in headers


def test_proxies_of_the_environment_are_ignored(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/direct"] = sends("<p>x</p>")
    with web_server() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert fetcher.fetch(site.url + "/direct").status == 200
        assert proxy.requests == []


def test_redirects_are_followed_to_the_fifth(site: Site, fetcher: Fetcher) -> None:
    for number, status in enumerate((301, 302, 303, 307, 308)):
        site.pages[f"/r{number}"] = moves(f"r{number + 1}?x=ä", status)
        site.pages[f"/r{number}?x=%C3%A4"] = site.pages[f"/r{number}"]
    site.pages["/r5?x=%C3%A4"] = sends("<p>there</p>")
    assert fetcher.fetch(site.url + "/r0").url == site.url + "/r5?x=%C3%A4"


@pytest.mark.parametrize("hops", [6, 100])
def test_a_sixth_redirect_is_one_too_many(site: Site, fetcher: Fetcher, hops: int) -> None:
    for number in range(hops):
        site.pages[f"/s{number}"] = moves(f"/s{(number + 1) % hops}")
    site.pages["/s6"] = sends("<p>there</p>") if hops == 6 else site.pages["/s6"]
    before = len(site.requests)
    with pytest.raises(FetchError, match="it redirects more than 5 times"):
        fetcher.fetch(site.url + "/s0")
    assert len(site.requests) - before == 6


def test_redirects_lead_to_the_web_only(reason: Any, site: Site) -> None:
    assert reason(moves("file:///etc/passwd")) == "the address is not http or https"
    assert reason(moves("ftp://127.0.0.1/")) == "the address is not http or https"
    assert "user name" in reason(moves(f"http://a@127.0.0.1:{site.port}/"))
    assert reason(moves("")) == "it answered 302 (found)"


def test_a_redirect_asks_the_check_again(site: Site, fetcher: Fetcher) -> None:
    site.pages["/from"] = moves("/private/to")
    site.pages["/private/to"] = sends("<p>x</p>")
    asked: list[str] = []

    def check(url: str) -> None:
        asked.append(url)
        if "private" in url:
            raise FetchError("no")

    with pytest.raises(FetchError, match="no"):
        fetcher.fetch(site.url + "/from", check=check)
    assert asked == [site.url + "/from", site.url + "/private/to"]
    assert "/private/to" not in site.paths


def test_unchanged_is_said_once_it_was_asked_for(site: Site, fetcher: Fetcher, reason: Any) -> None:
    site.pages["/same"] = sends("<p>x</p>", ETag='"1"')
    got = fetcher.fetch(site.url + "/same", etag='"1"', modified="Sun, 16 Jul 2023 09:00:00 GMT")
    assert (got.status, got.body, got.kind) == (304, b"", "")
    assert site.requests[-1][1]["If-Modified-Since"] == "Sun, 16 Jul 2023 09:00:00 GMT"
    assert fetcher.fetch(site.url + "/same", etag='"0"').status == 200
    assert reason(sends("", status=304)) == "it answered 304 (not modified)"


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "404 (not found)"), (500, "500 (internal server error)"), (429, "429 (too many requests)"),
     (204, "204 (no content)"), (799, "799")],
)  # fmt: skip
def test_other_statuses_are_told(reason: Any, status: int, said: str) -> None:
    assert reason(sends("x", status=status)) == f"it answered {said}"


def test_a_header_with_control_characters_is_not_sent(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="the connection failed"):
        fetcher.fetch(site.url + "/same", etag='"1"\r\nX-Evil: 1')


@pytest.mark.parametrize(
    ("content_type", "body", "kind"),
    [
        ("text/html", b"<p>x</p>", ".html"),
        ("application/xhtml+xml", b'<?xml version="1.0"?><html/>', ".html"),
        ("text/xml", b'<?xml version="1.0"?><!DOCTYPE html [<!ELEMENT a ANY>]><html/>', ".html"),
        ("application/rss+xml", b"<rss/>", ".xml"),
        ("text/html", b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><rss/>', ".xml"),
        ("text/plain", b"<feed xmlns='http://www.w3.org/2005/Atom'/>", ".xml"),
        ("text/plain", '<?xml version="1.0"?><rdf:RDF/>'.encode("utf-16"), ".xml"),
        ("application/xml", b"<nitf/>", ".xml"),
        ("application/json", b"{}", ".json"),
        ("application/ld+json", b"{}", ".json"),
        ("application/x-ndjson", b"{}", ".jsonl"),
        ("text/plain", b"Words.", ".txt"),
        ("text/markdown", b"# Words", ".md"),
        ("text/csv", b"a,b", ".csv"),
        ("text/tab-separated-values", b"a\tb", ".tsv"),
        ("application/pdf", b"%PDF-1.7", ".pdf"),
        ("application/octet-stream", b"%PDF-1.7", ".pdf"),
        ("", b"<!DOCTYPE html><p>x</p>", ".html"),
        ("", b"Words.", ".txt"),
        ("application/octet-stream", b'{"a": 1}', ".json"),
        ("application/gzip", gzip.compress(b"<urlset/>", mtime=0), ".xml"),
        ("application/octet-stream", gzip.compress(b"Words.", mtime=0), ".txt"),
    ],
)  # fmt: skip
def test_kinds(site: Site, fetcher: Fetcher, content_type: str, body: bytes, kind: str) -> None:
    site.pages["/kind"] = sends(body, content_type)
    assert fetcher.fetch(site.url + "/kind").kind == kind


def test_a_word_document_is_told_by_what_is_in_it(
    site: Site, fetcher: Fetcher, reason: Any
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    site.pages["/doc"] = sends(packed.getvalue(), "application/octet-stream")
    assert fetcher.fetch(site.url + "/doc").kind == ".docx"
    other = packed.getvalue().replace(b"word/document", b"else/document")
    assert "which holds no article" in reason(sends(other, "application/octet-stream"))


@pytest.mark.parametrize(
    ("path", "kind"), [("/a.md", ".md"), ("/a.csv", ".csv"), ("/a.JSONL", ".jsonl")]
)
def test_raw_files_are_told_by_their_ending(
    site: Site, fetcher: Fetcher, path: str, kind: str
) -> None:
    site.pages[path] = sends("Words.", "text/plain")
    assert fetcher.fetch(site.url + path).kind == kind


@pytest.mark.parametrize(
    "content_type",
    [
        "image/png",
        "image/svg+xml",
        "video/mp4",
        "text/css",
        "application/zip",
        "font/woff2",
        "nonsense",
    ],
)
def test_other_kinds_are_refused_before_the_body(reason: Any, content_type: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode()
    began = time.monotonic()
    assert reason(raw(head, pause=30)) == f"it sends {content_type}, which holds no article"
    assert time.monotonic() - began < 15


def test_bytes_of_no_kind_are_refused(reason: Any) -> None:
    assert (
        reason(sends(b"\x89PNG\r\n\x1a\n\x00", ""))
        == "it sends an unknown kind, which holds no article"
    )
    assert "octet-stream" in reason(sends(bytes(100) + b"x", "application/octet-stream"))
    assert reason(sends("  \n")) == "it is empty"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"<p>Ellery</p>", mtime=0)),
        (
            "x-gzip",
            gzip.compress(b"<p>Ell", mtime=0) + gzip.compress(b"ery</p>", mtime=0) + bytes(7),
        ),
        ("identity", b"<p>Ellery</p>"),
        ("GZIP", gzip.compress(b"<p>Ellery</p>", mtime=0)),
    ],
)
def test_encodings(site: Site, fetcher: Fetcher, encoding: str, packed: bytes) -> None:
    site.pages["/packed"] = sends(packed, "text/html", Content_Encoding=encoding)
    assert fetcher.fetch(site.url + "/packed").body == b"<p>Ellery</p>"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "deflate"])
def test_other_encodings_are_refused(reason: Any, encoding: str) -> None:
    assert "was not asked for" in reason(sends(b"x", "text/html", Content_Encoding=encoding))


def test_damaged_compression_is_told(reason: Any) -> None:
    whole = gzip.compress(b"<p>Ellery</p>" * 100, mtime=0)
    assert "damaged" in reason(sends(whole[:-20], "text/html", Content_Encoding="gzip"))
    assert "damaged" in reason(sends(b"no gzip at all", "text/html", Content_Encoding="gzip"))
    assert "damaged" in reason(sends(whole[:30], "application/gzip"))


def _bomb(size: int) -> bytes:
    box = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([box.compress(bytes(MB)) for _ in range(size)]) + box.flush()


def test_a_bomb_does_not_go_off(reason: Any) -> None:
    bomb = _bomb(120)
    tracemalloc.start()
    try:
        said = reason(sends(bomb, "text/html", Content_Encoding="gzip"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert said == "it is larger than 10 MB"
    assert peak < 40 * MB


def test_bombs_of_other_builds(reason: Any) -> None:
    assert reason(sends(_bomb(11), "application/gzip")) == "it is larger than 10 MB"
    nested = gzip.compress(_bomb(120), mtime=0)  # a compressed file, compressed for the way
    assert (
        reason(sends(nested, "application/gzip", Content_Encoding="gzip"))
        == "it is larger than 10 MB"
    )
    many = gzip.compress(bytes(MB), mtime=0) * 11
    assert reason(sends(many, "text/html", Content_Encoding="gzip")) == "it is larger than 10 MB"


def test_a_body_of_10_mb_is_read_and_a_byte_more_is_not(
    site: Site, fetcher: Fetcher, reason: Any
) -> None:
    site.pages["/large"] = sends(b"x" * 10 * MB, "text/plain")
    assert len(fetcher.fetch(site.url + "/large").body) == 10 * MB
    assert reason(sends(b"x" * (10 * MB + 1), "text/plain")) == "it is larger than 10 MB"
    stated = OK + b"Content-Length: 10485761\r\n\r\n"
    assert reason(raw(stated, pause=0.2)) == "it is larger than 10 MB"
    assert reason(raw(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"))


def test_endless_answers_end(reason: Any) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    head = OK + b"Transfer-Encoding: chunked\r\n\r\n"

    def endless(handler: Any) -> None:
        handler.wfile.write(head)
        raw(chunk, endless=True)(handler)

    assert reason(endless) == "it is larger than 10 MB"
    assert "the connection failed" in reason(raw(b"x" * 65536, endless=True))
    assert "the connection failed" in reason(raw(OK, b"X-Long: " + b"x" * 200_000))

    def many_headers(handler: Any) -> None:
        handler.wfile.write(OK)
        raw(b"X-Header: x\r\n" * 1000, endless=True)(handler)

    assert "the connection failed" in reason(many_headers)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n"],
        [b"HTTP/1.1 103 Early Hints\r\n\r\n"],
        [OK + b"Content-Length: 100000\r\n\r\n", b"x"],
        [OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"],
        [b""],
    ],
)
def test_dripped_answers_end_at_the_deadline(reason: Any, pieces: list[bytes]) -> None:
    def drip(handler: Any) -> None:
        handler.wfile.write(pieces[0])
        raw(*pieces[1:] or pieces, pause=0.02, endless=True)(handler)

    began = time.monotonic()
    assert reason(drip, deadline=0.3) == "it took longer than 0.3 s"
    assert 0.2 < time.monotonic() - began < 15


def test_all_redirects_together_have_one_deadline(site: Site, reason: Any) -> None:
    for number in range(5):

        def slow(handler: Any, number: int = number) -> None:
            time.sleep(0.15)
            moves(f"/slow{number + 1}")(handler)

        site.pages[f"/slow{number}"] = slow
    assert reason(moves("/slow0"), deadline=0.4) == "it took longer than 0.4 s"


def test_a_slow_name_ends_at_the_deadline() -> None:
    over = threading.Event()

    def resolver(*_: object) -> list[str]:
        over.wait(30)
        return ["127.0.0.1"]

    began = time.monotonic()
    with pytest.raises(FetchError, match=r"it took longer than 0\.2 s"):
        Fetcher(resolver=resolver, deadline=0.2).fetch("http://slow.example/")
    over.set()
    assert time.monotonic() - began < 15


def test_broken_connections_are_told(site: Site, reason: Any) -> None:
    assert "the connection failed" in reason(raw())
    assert "the connection failed" in reason(raw(b"HTTP/1.1 twohundred\r\n\r\n"))
    assert "the connection failed" in reason(raw(OK + b"Content-Length: 100\r\n\r\n", b"short"))
    with web_server() as gone:
        url = gone.url
    with pytest.raises(FetchError, match="the connection failed"):
        Fetcher(allow_private=True).fetch(url)


def test_the_next_address_is_tried_when_one_is_dead(site: Site) -> None:
    site.pages["/second"] = sends("<p>x</p>")
    fetcher = Fetcher(allow_private=True, resolver=lambda *_: ["127.0.0.2", "127.0.0.1"])
    assert fetcher.fetch(f"http://two.example:{site.port}/second").status == 200


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for site.example, with its key, that nobody has signed."""
    path = tmp_path_factory.mktemp("tls") / "site.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-days", "2", "-subj", "/CN=site.example", "-addext",
               "subjectAltName=DNS:site.example", "-keyout", str(path) + ".key", "-out", str(path)]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        need(False, "openssl makes the certificate of the test")
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, str(certificate) + ".key")
    with web_server(tls=context) as running:
        running.pages["/"] = sends(article())
        yield running


def _loopback(*_: object) -> list[str]:
    return ["127.0.0.1"]


def test_the_certificate_is_that_of_the_name(secure: Site, certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    fetcher = Fetcher(allow_private=True, delay=0, resolver=_loopback, tls=trusting)
    assert fetcher.fetch(f"https://site.example:{secure.port}/").status == 200
    with pytest.raises(FetchError, match="the certificate is not valid"):
        fetcher.fetch(f"https://other.example:{secure.port}/")
    with pytest.raises(FetchError, match="the certificate is not valid"):
        fetcher.fetch(f"https://127.0.0.1:{secure.port}/")


def test_a_certificate_of_nobody_is_refused(secure: Site) -> None:
    fetcher = Fetcher(allow_private=True, delay=0, resolver=_loopback)
    with pytest.raises(FetchError, match="the certificate is not valid: self"):
        fetcher.fetch(f"https://site.example:{secure.port}/")
    assert secure.requests == []


def test_plain_http_on_a_secure_port_and_the_reverse(secure: Site, site: Site) -> None:
    fetcher = Fetcher(allow_private=True, delay=0, deadline=3)
    for url in (f"https://127.0.0.1:{site.port}/", f"http://127.0.0.1:{secure.port}/"):
        with pytest.raises(FetchError, match="the connection failed"):
            fetcher.fetch(url)


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def test_requests_to_a_host_keep_their_distance(site: Site) -> None:
    clock = Clock()
    site.pages["/hop"] = moves("/landed")
    site.pages["/landed"] = sends("<p>x</p>")
    fetcher = Fetcher(allow_private=True, delay=2, clock=clock, sleep=clock.sleep)
    fetcher.fetch(site.url + "/landed")
    fetcher.fetch(site.url + "/landed")
    assert clock.slept == [2]
    clock.now += 1.5
    fetcher.fetch(site.url + "/hop")
    assert clock.slept == [2, 0.5, 2]


def test_pauses_do_not_count_to_the_deadline(site: Site) -> None:
    clock = Clock()
    site.pages["/landed"] = sends("<p>x</p>")
    fetcher = Fetcher(allow_private=True, delay=50, clock=clock, sleep=clock.sleep, deadline=5)
    assert [fetcher.fetch(site.url + "/landed").status for _ in range(3)] == [200] * 3


def test_a_site_may_ask_for_a_longer_pause_but_not_for_an_hour(site: Site) -> None:
    clock = Clock()
    site.pages["/landed"] = sends("<p>x</p>")
    fetcher = Fetcher(allow_private=True, delay=1, clock=clock, sleep=clock.sleep)
    for asked in (0.1, 5, 3600):
        fetcher.slow("127.0.0.1", asked)
        for _ in range(2):
            fetcher.fetch(site.url + "/landed")
        clock.now += 1000
    assert clock.slept == [1, 5, 60]


def test_zipped_pages_are_read(site: Site, fetcher: Fetcher) -> None:
    site.pages["/zipped"] = zips(article())
    assert b"Port Ellery" in fetcher.fetch(site.url + "/zipped").body
