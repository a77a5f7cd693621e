"""robots.txt: obeyed, remembered, and read with the same care as all else."""

from __future__ import annotations

import pytest

from ingest.errors import FetchError
from ingest.web.fetcher import Fetcher, Robots
from tests.ingest.web_server import Site, moves, raw, sends, web_server

FORBIDDEN = "its robots.txt does not allow Dateline to read it"
UNREADABLE = "its robots.txt cannot be read, so it is left alone"


def robots(**fields: object) -> Robots:
    return Robots(Fetcher(allow_private=True, delay=0, **fields))  # type: ignore[arg-type]


def refusal(site: Site, path: str, robots: Robots) -> str:
    """Why `path` may not be read; "" if it may."""
    try:
        robots.check(site.url + path)
    except FetchError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: Dateline\nDisallow: /a", "/a/b", False),
        ("user-agent: dateline\ndisallow: /a", "/b", True),
        ("User-agent: OtherBot\nDisallow: /", "/a", True),
        ("User-agent: OtherBot\nUser-agent: Dateline\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Dateline\nAllow: /", "/a", True),
        ("User-agent: Dateline\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: *\nDisallow: /news\nAllow: /news/open", "/news/open/1", True),
        ("User-agent: *\nAllow: /news/open\nDisallow: /news", "/news/shut", False),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /*?print=", "/x?print=1", False),
        ("User-agent: *\nDisallow: /ü", "/%C3%BC/1", False),
        ("# all\nUser-agent: * # everyone\nDisallow: /a # not this", "/a", False),
        ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\rDisallow: /", "/a", False),
        ("Disallow: /", "/a", True),
        ("<html>Welcome</html>", "/a", True),
        ("User-agent: *\nDisallow: /" + "*a" * 2000 + "$", "/" + "a" * 2000, False),
    ],
)
def test_rules(site: Site, rules: str, path: str, allowed: bool) -> None:
    site.pages["/robots.txt"] = sends(rules, "text/plain")
    assert refusal(site, path, robots()) == ("" if allowed else FORBIDDEN)


@pytest.mark.parametrize(
    ("status", "said"),
    [(400, ""), (401, ""), (403, ""), (404, ""), (410, ""), (500, UNREADABLE), (503, UNREADABLE)],
)
def test_without_a_robots_txt_all_is_allowed_unless_the_server_is_ill(
    site: Site, status: int, said: str
) -> None:
    site.pages["/robots.txt"] = sends("User-agent: *\nDisallow: /", status=status)
    assert refusal(site, "/a", robots()) == said


def test_a_robots_txt_out_of_reach_leaves_the_site_alone(site: Site) -> None:
    site.pages["/robots.txt"] = raw()
    assert refusal(site, "/a", robots()) == UNREADABLE
    site.pages["/robots.txt"] = raw(b"HTTP/1.1 200 OK\r\n", pause=0.02, endless=True)
    assert refusal(site, "/a", robots(deadline=0.2)) == UNREADABLE
    with web_server() as gone:
        pass
    assert refusal(gone, "/a", robots()) == UNREADABLE


def test_redirects_of_a_robots_txt_are_followed(site: Site) -> None:
    for number in range(5):
        site.pages[f"/{number}"] = moves(f"/{number + 1}")
    site.pages["/robots.txt"] = moves("/1")
    site.pages["/5"] = sends("User-agent: *\nDisallow: /", "text/plain")
    assert refusal(site, "/a", robots()) == FORBIDDEN
    site.pages["/robots.txt"] = moves("/0")
    assert refusal(site, "/a", robots()) == UNREADABLE


def test_the_first_512_kb_count(site: Site) -> None:
    padding = ("#" * 1023 + "\n") * 511
    site.pages["/robots.txt"] = sends(f"{padding}User-agent: *\nDisallow: /a\n", "text/plain")
    assert refusal(site, "/a", robots()) == FORBIDDEN
    padding = ("#" * 1023 + "\n") * 512
    site.pages["/robots.txt"] = sends(f"{padding}User-agent: *\nDisallow: /a\n", "text/plain")
    assert refusal(site, "/a", robots()) == ""


def test_it_is_read_once_a_day_for_each_site(site: Site) -> None:
    now = [0.0]
    ours = Robots(Fetcher(allow_private=True, delay=0, clock=lambda: now[0]))
    site.pages["/robots.txt"] = sends("User-agent: *\nDisallow: /a", "text/plain")
    assert refusal(site, "/a", ours) == FORBIDDEN
    now[0] = 80_000
    assert [refusal(site, path, ours) for path in ("/b", "/a", "/b")] == ["", FORBIDDEN, ""]
    assert len(site.requests) == 1
    now[0] = 90_000
    assert refusal(site, "/b", ours) == ""
    assert len(site.requests) == 2
    with web_server() as other:  # another port is another site
        assert refusal(other, "/a", ours) == ""


def test_a_crawl_delay_is_kept(site: Site) -> None:
    slept: list[float] = []
    fetcher = Fetcher(allow_private=True, delay=1, clock=lambda: 50.0, sleep=slept.append)
    ours = Robots(fetcher)
    site.pages["/robots.txt"] = sends("User-agent: *\nCrawl-delay: 7", "text/plain")
    site.pages["/a"] = sends("<p>x</p>")
    for _ in range(2):
        fetcher.fetch(site.url + "/a", check=ours.check)
    assert slept == [7, 7]  # the pause after robots.txt is one already


def test_a_redirect_into_a_forbidden_place_is_not_followed(site: Site) -> None:
    site.pages["/robots.txt"] = sends("User-agent: *\nDisallow: /shut", "text/plain")
    site.pages["/open"] = moves("/shut/1")
    fetcher = Fetcher(allow_private=True, delay=0)
    with pytest.raises(FetchError, match="does not allow"):
        fetcher.fetch(site.url + "/open", check=Robots(fetcher).check)
    assert site.paths == ["/open"]


def test_a_host_that_is_not_public_is_called_so(site: Site) -> None:
    fetcher = Fetcher(delay=0)
    with pytest.raises(FetchError, match="not public"):
        fetcher.fetch(site.url + "/", check=Robots(fetcher).check)
    assert site.requests == []
