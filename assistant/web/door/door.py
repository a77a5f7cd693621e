"""The door: who comes in, the pages `/login` and `/logout`, and all guards in their order."""

from __future__ import annotations

import re
from html import escape
from importlib import resources
from string import Template
from urllib.parse import quote

from fastapi import FastAPI
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.api.refusals import Unexpected
from assistant.web.door import guards, sessions
from assistant.web.door.caller import USER
from assistant.web.door.sessions import SignIn
from assistant.web.door.users import Access
from assistant.web.gate import BusyError

PATH, OUT = "/login", "/logout"
WRONG = "The name or the password is not right."
_NO_STORE = {"Cache-Control": "no-store"}
_FIELD = 8192  # bytes
HEALTH = "/api/health"  # tells a stranger no more than that it is well
_FOR_PROGRAMS = ("/api/", "/gradio_api/", "/v1/", "/mcp")
# Fetching from other servers, keeping states on the disk, editing the program, watching its users.
CLOSED = (
    "/proxy=", "/gradio_api/proxy=", "/gradio_api/deep_link", "/gradio_api/process_recording",
    "/gradio_api/vibe-", "/gradio_api/undo-vibe-", "/gradio_api/dev/", "/gradio_api/profiling/",
    "/gradio_api/run-history/", "/gradio_api/runs", "/monitoring",
)  # fmt: skip
# The one of them for Gradio's own client: it moves a header of that name there.
_CREDENTIALS = ("authorization", "x-hf-authorization")


class Door:
    """Lets in who has a session, a token or a password, and says who it is. Where everybody comes
    in, also from other machines, each browser gets a name of its own."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._sign_in = SignIn(access.users) if access.users else None
        self._visitors = not guards.is_loopback(access.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request, is_http = HTTPConnection(scope), scope["type"] == "http"
        path, app = guards.path_of(scope), self._app
        user: str | None = ""
        if self._sign_in is None:
            if self._visitors:
                kept = sessions.cookie_of(request, sessions.VISIT)
                user, send = sessions.visitor(scope, kept, send)
        elif is_http and path in (PATH, OUT):
            asked, out = Request(scope, receive), path == OUT
            app = logout(asked, self._sign_in) if out else await login(asked, self._sign_in)
        else:
            user = self._sign_in.by_session(sessions.cookie_of(request, sessions.SESSION))
            address = request.client.host if request.client else ""
            for name in _CREDENTIALS:
                if user is None and (header := request.headers.get(name)):
                    user = await self._sign_in.by_header(header, address)
            if user is None and not (is_http and path == HEALTH):
                app = refused(Request(scope), path) if is_http else _STRANGER
        if app is self._app and path.startswith(CLOSED):
            app = guards.refusal(404, "There is nothing at this address.", "not_found")
        await app({**scope, USER: user}, receive, send)


# Not Basic: browsers would ask for a password in a window of their own.
_STRANGER = guards.refusal(
    401, "Sign in first, or send a token: Authorization: Bearer TOKEN.", "not_signed_in",
    {"WWW-Authenticate": 'Bearer realm="Dateline"'},
)  # fmt: skip


def refused(request: Request, path: str) -> ASGIApp:
    """Leads a person who opens a page, and not a script of one, to the page to sign in."""
    is_navigation = request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    reads = request.method in ("GET", "HEAD") and wants_page(request)
    if not (reads and is_navigation) or path.startswith(_FOR_PROGRAMS):
        return _STRANGER
    query = request.scope.get("query_string", b"").decode("latin-1")
    target = quote(local_target(f"{path}?{query}" if query else path), safe="")
    return redirect(request, f"{PATH}?next={target}")


async def login(request: Request, sign_in: SignIn) -> Response:
    """Show the page, or take what was filled in."""
    if request.method not in ("GET", "HEAD", "POST"):
        return JSONResponse(guards.error_body("Only GET and POST.", "invalid_request"), 405)
    wanted = request.query_params.get("next", "")
    session = sessions.cookie_of(request, sessions.SESSION)
    if request.method != "POST":
        target = local_target(wanted)
        if sign_in.by_session(session):
            return redirect(request, target)
        return HTMLResponse(_page(request, target), headers=_NO_STORE)
    try:
        form = await request.form(max_files=0, max_fields=8, max_part_size=_FIELD)
    except (HTTPException, MultiPartException, ClientDisconnect, ValueError):
        form = FormData()
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    name, password = given.get("username", "").strip(), given.get("password", "")
    target = local_target(given.get("next", "") or wanted)
    client = request.client.host if request.client else ""
    status, message, headers, key = 400, WRONG, _NO_STORE, None
    try:
        key = await sign_in.by_password(name, password, client)
    except BusyError as error:
        if not wants_page(request):
            raise
        status, message = 429, str(error)
        headers = {**_NO_STORE, "Retry-After": f"{error.retry_after:.0f}"}
    if key is None:
        if wants_page(request):
            return HTMLResponse(_page(request, target, message, name), status, headers)
        return JSONResponse(guards.error_body(message, "wrong_password"), status, headers)
    sign_in.sessions.end(session)
    done = redirect(request, target) if wants_page(request) else JSONResponse({"success": True})
    sessions.keep_cookie(done, request.scope, sessions.SESSION, key, sessions.LIFE)
    return done


def logout(request: Request, sign_in: SignIn) -> Response:
    """End the session. Another site's link cannot do that."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        return redirect(request, "/")
    sign_in.sessions.end(sessions.cookie_of(request, sessions.SESSION))
    response, name = redirect(request, PATH), sessions.cookie_name(request.scope, sessions.SESSION)
    response.delete_cookie(name, path=request.scope.get("root_path") or "/", httponly=True)
    return response


# Printable ASCII without a backslash, and neither "//host" nor one of our two pages.
_LOCAL = re.compile(rf"/(?!/|(?:{PATH[1:]}|{OUT[1:]})/*(?:[?#]|$))[ -\[\]-~]{{0,2046}}")


def local_target(wanted: str) -> str:
    """A path of this server: `wanted`, if it is one."""
    return wanted if _LOCAL.fullmatch(wanted) else "/"


def redirect(request: Request, target: str) -> Response:
    """See another page of this server."""
    return RedirectResponse(request.scope.get("root_path", "") + target, 303, _NO_STORE)


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer."""
    return "text/html" in request.headers.get("accept", "")


def _page(request: Request, target: str, wrong: str = "", name: str = "") -> str:
    """The page; `wrong` says why `name` did not come in."""
    text = resources.files("assistant.web.door").joinpath("login.html").read_text("utf-8")
    form = Template(text).substitute(
        alert=f'<p role="alert">{escape(wrong)}</p>' if wrong else "",
        action=escape(request.scope.get("root_path", "") + PATH),
        next=escape(target),
        name=escape(name[:64]),
    )
    return guards.plain_page("Sign in", form)


def guard(app: FastAPI, access: Access) -> None:
    """Headers on every response, host and origin, size, who it is. Added last, asked first."""
    app.add_middleware(Door, access=access)
    app.add_middleware(Unexpected)
    app.add_middleware(guards.BodyLimit)
    app.add_middleware(guards.Guard, host=access.host, names=access.names)
