"""The `dateline` command in this process: what a shell sees of it, without another Python."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

from assistant.cli import app
from ingest.edge import run


def dateline(
    *arguments: str, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Exit code, standard output and error. `typed`: standard input."""
    out, err, given = _stream(), _stream(), _stream(typed)
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        mock.patch.object(sys, "stdin", given),
        mock.patch.object(logging.getLogger(), "handlers", []),  # else pytest's get what is logged
        mock.patch.dict(os.environ, environment),
    ):
        try:
            run(app, "dateline", arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(["dateline", *arguments], code, _told(out), _told(err))


def _stream(text: str = "") -> io.TextIOWrapper:
    data = text.encode("utf-8", "surrogateescape")
    return io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="\n", write_through=True)


def _told(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.detach()
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8", "replace")
