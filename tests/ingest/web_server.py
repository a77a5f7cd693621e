"""A scripted web server on loopback: serves and breaks what a test tells it to, and takes notes."""

from __future__ import annotations

import gzip
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore

from ingest.article import Visit
from ingest.sources.readers import read_file
from ingest.web.fetcher import Fetcher, Robots, connect
from ingest.web.sites import Web

Reply = Callable[[BaseHTTPRequestHandler], None]
PUBLIC = "93.184.216.34"  # an ordinary address of the internet, led to a Site by `routed`
STORY = (
    "The harbour board of Port Ellery met on Tuesday evening and agreed on new dues for ships "
    "that call there in winter, when the ice keeps the outer quays closed for weeks."
)


@dataclass
class Site:
    """What lies at each path, and the requests that came."""

    port: int = 0
    pages: dict[str, Reply] = field(default_factory=dict)
    requests: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """Of the requests, without those for robots.txt."""
        return [path for path, _ in self.requests if path != "/robots.txt"]


def sends(
    body: str | bytes,
    content_type: str = "text/html; charset=utf-8",
    status: int = 200,
    **more: str,
) -> Reply:
    """A whole answer. Further headers as keywords: ETag="x", Content_Encoding="gzip"."""
    data = body.encode() if isinstance(body, str) else body

    def reply(handler: BaseHTTPRequestHandler) -> None:
        etag = more.get("ETag")
        fresh = etag and handler.headers.get("If-None-Match") == etag
        handler.send_response(304 if fresh else status)
        if content_type:
            handler.send_header("Content-Type", content_type)
        for name, value in more.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(b"" if fresh else data)

    return reply


def zips(body: str | bytes, content_type: str = "text/html; charset=utf-8") -> Reply:
    data = gzip.compress(body.encode() if isinstance(body, str) else body)
    return sends(data, content_type, Content_Encoding="gzip")


def moves(location: str, status: int = 302) -> Reply:
    """A redirect."""
    return sends("", status=status, Location=location)


def raw(*pieces: bytes, pause: float = 0.0, endless: bool = False) -> Reply:
    """Bytes as they are, the status line included."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        for piece in itertools.cycle(pieces) if endless else pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)

    return reply


def then(first: Reply, rest: Reply) -> Reply:
    """One after the other in the same answer."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        first(handler)
        rest(handler)

    return reply


def article(title: str = "Port Ellery raises winter dues", **meta: str) -> str:
    """A page with an article of three paragraphs."""
    tags = "".join(
        f'<meta property="{n.replace("_", ":", 1)}" content="{v}">' for n, v in meta.items()
    )
    story = "".join(f"<p>{STORY} That was item {n}.</p>" for n in range(1, 4))
    return f"<html><head><title>{title}</title>{tags}</head><body><article><h1>{title}</h1>{story}</article></body></html>"


@contextmanager
def web_server(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """The server, running; what is not among its pages is answered with 404."""
    site = Site()

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # the client may give up

    server = Server((host, 0), _handler(site))
    site.port = server.server_port
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    ).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def routed(*sites: Site) -> Callable[[str, int, float], httpcore.NetworkStream]:
    """Leads PUBLIC to the first site; all other addresses are what they are."""

    def led(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
        if address == PUBLIC:
            address, port = "127.0.0.1", sites[0].port
        return connect(address, port, seconds)

    return led


@dataclass
class MemoryVisits:
    """Visits that are forgotten with the process."""

    known: dict[str, Visit] = field(default_factory=dict)

    def get(self, url: str) -> Visit | None:
        return self.known.get(url)

    def note(self, visit: Visit) -> None:
        self.known[visit.source] = visit


def web(fetcher: Fetcher | None = None, **fields: Any) -> Web:
    """A Web that may read loopback, without pauses."""
    fetcher = fetcher or Fetcher(allow_private=True, delay=0)
    known = fields.pop("visits", MemoryVisits())
    given = {"visit": known.get, "read_file": read_file, **fields}
    return Web(fetcher, Robots(fetcher), **given)


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append((self.path, dict(self.headers)))
            with suppress(BrokenPipeError, ConnectionResetError):
                site.pages.get(self.path, sends("nothing here", status=404))(self)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    return Handler
