"""Which addresses are public; hostile spellings never reach the canary on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from ipaddress import ip_address

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article, Failure
from ingest.errors import FetchError
from ingest.web import addresses
from ingest.web import sites as web_source
from ingest.web.addresses import is_public, resolve
from ingest.web.fetcher import Fetcher
from tests.ingest.web_server import PUBLIC, Site, article, routed, sends, web, web_server

SPECIAL = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.1.1
198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255 :: ::1 ::2 ::7f00:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:7f00:1
64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:0:4136:e378::1
2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 3fff:fff::1
4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 febf::1 fec0::1 feff::1 ff02::1 ff0e::1
2606:4700::1111%1
""".split()
ORDINARY = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255
128.0.0.1 172.15.255.255 172.32.0.0 192.0.1.1 192.88.98.255 198.17.255.255 198.20.0.0 223.255.255.255
2001:200::1 2001:4860:4860::8888 2003::1 2606:4700::1111 2a00:1450:4001::1 3ffe:ffff::1
""".split()


@pytest.mark.parametrize("ip", SPECIAL)
def test_special_addresses_are_not_public(ip: str) -> None:
    assert not is_public(ip_address(ip))


@pytest.mark.parametrize("ip", ORDINARY)
def test_ordinary_addresses_are_public(ip: str) -> None:
    assert is_public(ip_address(ip))


def test_one_private_address_refuses_the_whole_name() -> None:
    with pytest.raises(FetchError, match="not public"):
        resolve("mixed.example", 80, lambda *_: [PUBLIC, "10.0.0.1"])


def test_private_addresses_are_given_when_allowed() -> None:
    found = resolve("home.example", 80, lambda *_: ["10.0.0.1", "10.0.0.1"], allow_private=True)
    assert found == [ip_address("10.0.0.1")]


@pytest.mark.parametrize("answer", [[], ["no address"], OSError("gone"), UnicodeError("odd")])
def test_a_name_without_address_is_a_failed_connection(answer: object) -> None:
    def resolver(*_: object) -> Sequence[str]:
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value]

    with pytest.raises(FetchError, match="the connection failed: the host x"):
        resolve("x.example", 80, resolver)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org:443/a?b=c#d", "https://example.org/a?b=c"),
        ("http://example.org:8080/ä b", "http://example.org:8080/%C3%A4%20b"),
        ("http://example.org./%7Ea?q=%20", "http://example.org/%7Ea?q=%20"),
        ("https://küste.example/", "https://xn--kste-0ra.example/"),
        ("http://straße.example/", "http://xn--strae-oqa.example/"),
        ("http://[2606:4700:0::1111]:81/x", "http://[2606:4700::1111]:81/x"),
        ("  http://1.2.3.4/\n", "http://1.2.3.4/"),
        ("http://x", "http://x/"),
        ("http://a_b.example/", "http://a_b.example/"),
    ],
)
def test_addresses_are_taken_apart(given: str, plain: str) -> None:
    assert str(addresses.parse(given)) == plain


# {p} is the canary's port; the names are what RESOLVED says.
HOSTILE = [
    "http://127.0.0.1:{p}/", "http://127.1:{p}/", "http://127.0.1:{p}/", "http://2130706433:{p}/",
    "http://0x7f.1:{p}/", "http://0x7f000001:{p}/", "http://0x7f.0x0.0x0.0x1:{p}/",
    "http://0177.0.0.1:{p}/", "http://017700000001:{p}/", "http://127.0.0.01:{p}/",
    "http://127.000.000.001:{p}/", "http://0:{p}/", "http://0.0.0.0:{p}/", "http://0x0:{p}/",
    "http://127.0.0.1.:{p}/", "http://127.0.0.1..:{p}/", "http://127.127.127.127:{p}/",
    "http://1.1.1.1.127.0.0.1:{p}/", "http://4294967295:{p}/", "http://256.0.0.1:{p}/",
    "http://localhost:{p}/", "http://LOCALHOST:{p}/", "http://localhost.:{p}/",
    "http://localhost..:{p}/", "http://.localhost:{p}/", "http://localhost%2e:{p}/",
    "http://127%2e0%2e0%2e1:{p}/", "http://%31%32%37.0.0.1:{p}/", "http://localhost%00.example:{p}/",
    "http://[::1]:{p}/", "http://[0:0:0:0:0:0:0:1]:{p}/", "http://[::]:{p}/",
    "http://[::ffff:127.0.0.1]:{p}/", "http://[::ffff:7f00:1]:{p}/", "http://[::127.0.0.1]:{p}/",
    "http://[::7f00:1]:{p}/", "http://[64:ff9b::7f00:1]:{p}/", "http://[64:ff9b::127.0.0.1]:{p}/",
    "http://[2002:7f00:1::]:{p}/", "http://[2001::1]:{p}/", "http://[fe80::1%25lo]:{p}/",
    "http://[fe80::1%lo]:{p}/", "http://[::1%1]:{p}/", "http://[fec0::1]:{p}/", "http://[fd00::1]:{p}/",
    "http://[::1:{p}/", "http://::1:{p}/", "http://[v1.x]:{p}/", "http://[127.0.0.1]:{p}/",
    "http://user@127.0.0.1:{p}/", "http://user:pass@localhost:{p}/", "http://site.example@127.0.0.1:{p}/",
    "http://site.example:80@127.0.0.1:{p}/", "http://site.example%40127.0.0.1:{p}/",
    "http://127.0.0.1:{p}\\@site.example/", "http:\\\\127.0.0.1:{p}\\", "http://\\127.0.0.1:{p}/",
    "http://site.example\\.127.0.0.1:{p}/", "http://127.0.0.1:{p}\t/", "http://127.\t0.0.1:{p}/",
    "ht\ntp://127.0.0.1:{p}/", "http://local\nhost:{p}/", "http://127.0.0.1\x00.example:{p}/",
    "http://127。0。0。1:{p}/", "http://127．0．0．1:{p}/", "http://１２７.0.0.1:{p}/",
    "http://①②⑦.0.0.1:{p}/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{p}/", "http://loc\u00adalhost:{p}/",
    "http://١٢٧.٠.٠.١:{p}/", "http://localhost\u3002:{p}/", "http://127.0.0.1:{p}\u2028/",
    "http://site.example：{p}/", "http://site.example＠127.0.0.1:{p}/", "http://127.0.0.1:٨٠/",
    "file:///etc/passwd", "file://127.0.0.1:{p}/x", "ftp://127.0.0.1:{p}/", "gopher://127.0.0.1:{p}/_x",
    "data:text/html,<p>x</p>", "javascript:alert(1)", "jar:http://127.0.0.1:{p}/!x", "ws://127.0.0.1:{p}/",
    "unix:///run/x.sock", "http+unix://%2Frun%2Fx.sock/", "dict://127.0.0.1:{p}/", "view-source:http://127.0.0.1:{p}/",
    "http://", "http:///", "http://:{p}/", "http://?", "http://#@127.0.0.1:{p}/", "https://127.0.0.1:{p}/",
    "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:99999/", "http://127.0.0.1:-1/",
    "http://127.0.0.1:{p}x/", "http://127.0.0.1:+{p}/", "http://127.0.0.1:{p}:{p}/", "http://127.0.0.1: {p}/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://metadata.example/",
    "http://100.100.100.200/", "http://192.168.0.1/", "http://10.0.0.1:{p}/", "http://loopback.example:{p}/",
    "http://loopback6.example:{p}/", "http://mapped.example:{p}/", "http://nat64.example:{p}/",
    "http://mixed.example:{p}/", "http://mixed-last.example:{p}/", "http://scoped.example:{p}/",
    "http://nowhere.example:{p}/", "http://" + "a" * 64 + ".example:{p}/", "http://" + "a." * 200 + "example:{p}/",
    "http://" + "ü" * 5000 + ".example:{p}/", "http://" + "9" * 9000 + "/", "http://-x.example-:{p}/", "http://a b:{p}/",
    "http://*:{p}/", "http://$(x):{p}/", "http://127.0.0.1,site.example:{p}/", "http://127.0.0.1;x:{p}/",
]  # fmt: skip
RESOLVED = {
    "localhost": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "loopback.example": ["127.0.0.1"],
    "loopback6.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "mixed.example": [PUBLIC, "127.0.0.1"],
    "mixed-last.example": ["127.0.0.1", PUBLIC],
    "scoped.example": ["fe80::1%lo"],
    "site.example": [PUBLIC],
}


def resolver(host: str, _: int) -> list[str]:
    """RESOLVED; other names as the C library reads them, 127.1 and the like included."""
    if host in RESOLVED:
        return RESOLVED[host]
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except (OSError, ValueError):
        raise OSError("there is no such name") from None


class Trap:
    """A site that may be read, and canaries on both loopback addresses that may not."""

    def __init__(self, site: Site, *canaries: Site) -> None:
        self.site = site
        self.canaries = canaries
        fetcher = Fetcher(delay=0, resolver=resolver, connector=routed(site), deadline=5)
        self.web = web(fetcher)

    def read(self, url: str) -> list[object]:
        return list(web_source.read(url, self.web))

    @property
    def hits(self) -> int:
        return sum(len(canary.requests) for canary in self.canaries)

    def hostile(self, spelling: str) -> str:
        return spelling.replace("{p}", str(self.canaries[0].port))


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    with ExitStack() as stack:
        site, canary = (stack.enter_context(web_server()) for _ in range(2))
        canaries = [canary]
        if socket.has_ipv6:
            with suppress(OSError):  # a machine may have none
                canaries.append(stack.enter_context(web_server("::1")))
        for each in canaries:
            each.pages = dict.fromkeys(("/", "/x", "/robots.txt"), sends(article("Caught")))
        yield Trap(site, *canaries)


def test_the_trap_lets_the_site_be_read_and_the_canary_sings(trap: Trap) -> None:
    trap.site.pages["/story"] = sends(article())
    assert isinstance(trap.read("http://site.example/story")[0], Article)
    open_web = web()
    assert isinstance(
        next(web_source.read(trap.hostile("http://127.0.0.1:{p}/"), open_web)), Article
    )
    assert trap.hits == 2  # robots.txt and the page
    trap.canaries[0].requests.clear()


@pytest.mark.parametrize("spelling", HOSTILE)
def test_hostile_addresses_are_refused(trap: Trap, spelling: str) -> None:
    [failure] = trap.read(trap.hostile(spelling))
    assert isinstance(failure, Failure)
    assert failure.reason
    assert trap.hits == 0


@pytest.mark.parametrize("spelling", HOSTILE)
def test_redirects_to_hostile_addresses_are_refused(trap: Trap, spelling: str) -> None:
    target = trap.hostile(spelling)
    line = target.encode().replace(b"\n", b"").replace(b"\x00", b"")
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + line + b"\r\n\r\n"

    def reply(handler: object) -> None:
        handler.wfile.write(head)  # type: ignore[attr-defined]

    trap.site.pages["/moved"] = reply
    [failure] = trap.read("http://site.example/moved")
    assert isinstance(failure, Failure)
    assert trap.hits == 0


def _escaped(text: str) -> str:
    text = text.replace("\x00", "").replace("&", "&amp;").replace("<", "&lt;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;")


def test_hostile_addresses_in_a_feed_cost_one_row_each(trap: Trap) -> None:
    links = [_escaped(trap.hostile(spelling)) for spelling in HOSTILE]
    items = "".join(f"<item><title>Bait</title><link>{link}</link></item>" for link in links)
    feed = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    )
    trap.site.pages["/feed"] = sends(feed, "application/rss+xml")
    rows = trap.read("http://site.example/feed")
    assert all(isinstance(row, Failure) for row in rows)
    assert len(HOSTILE) - 10 <= len(rows) <= len(HOSTILE)  # some are the same address
    assert trap.hits == 0


def test_hostile_addresses_in_a_sitemap_cost_one_row_each(trap: Trap) -> None:
    links = [_escaped(trap.hostile(spelling)) for spelling in HOSTILE]
    for root, item in (("urlset", "url"), ("sitemapindex", "sitemap")):
        items = "".join(f"<{item}><loc>{link}</loc></{item}>" for link in links)
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        body = f'<?xml version="1.0"?><{root} xmlns="{space}">{items}</{root}>'
        trap.site.pages["/sitemap.xml"] = sends(body, "application/xml")
        rows = trap.read("http://site.example/sitemap.xml")
        assert all(isinstance(row, Failure) for row in rows)
        assert len(HOSTILE) - 10 <= len(rows) <= len(HOSTILE)
    assert trap.hits == 0


def test_a_name_that_changes_its_mind_is_looked_up_once(trap: Trap) -> None:
    asked: list[str] = []

    def rebinding(host: str, _: int) -> list[str]:
        """Public at first, then loopback."""
        asked.append(host)
        return [PUBLIC] if asked.count(host) == 1 else ["127.0.0.1"]

    port = trap.canaries[0].port
    fetcher = Fetcher(delay=0, resolver=rebinding, connector=routed(trap.site))
    trap.site.pages["/x"] = sends(article())
    for number in range(100):
        got = fetcher.fetch(f"http://rebind{number}.example:{port}/x")
        assert b"Caught" not in got.body
    reader = web(fetcher)
    for number in range(100, 120):  # with robots.txt in between
        [row] = web_source.read(f"http://rebind{number}.example:{port}/x", reader)
        assert isinstance(row, Failure)
    assert trap.hits == 0


def _no_connection(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
    raise AssertionError(f"connected to {address}")


@given(
    st.one_of(st.text(), st.text().map("http://{}".format), st.from_regex(r"https?://[^/]*(/.*)?"))
)
def test_any_text_is_a_plain_refusal(text: str) -> None:
    def nothing(host: str, port: int) -> list[str]:
        raise OSError("no name is known")

    fetcher = Fetcher(delay=0, resolver=nothing, connector=_no_connection)
    try:
        address = addresses.parse(text)
        if is_public(ip_address(address.host)):
            return
    except ValueError:
        pass
    except FetchError:
        pass
    with pytest.raises(FetchError):
        fetcher.fetch(text)


@given(st.text())
def test_any_text_as_a_redirect_is_an_address_or_a_refusal(text: str) -> None:
    try:
        addresses.parse(text, "http://site.example/a/b")
    except FetchError as error:
        assert str(error)


def test_system_resolver_is_asked_with_the_ascii_name() -> None:
    asked: list[tuple[str, int]] = []

    def noting(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["10.0.0.1"]

    with pytest.raises(FetchError, match="not public"):
        Fetcher(resolver=noting).fetch("https://Küste.example/")
    assert asked == [("xn--kste-0ra.example", 443)]
