from __future__ import annotations

import http.client
import json
import logging
import socket
import threading

import pytest

from assistant.web.app import Server
from assistant.web.gate import Gate
from ingest.archive.archive import Archive
from tests.web.scripted import QUESTION, Scripted, app_of, site_of
from tests.web.serving import until


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream", "/v1/chat/completions"])
def test_a_server_that_is_stopped_stops_what_it_answers(
    sample_archive: Archive, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    writer = Scripted(stalls=True)
    site = site_of(sample_archive, writer, Gate(running=1))
    with socket.socket() as listener, caplog.at_level(logging.WARNING):
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = Server(app_of(site), site)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        until(lambda: server.started)
        connection = http.client.HTTPConnection(*listener.getsockname(), timeout=120)
        said = {"messages": [{"role": "user", "content": QUESTION}]}
        asked = said if path.startswith("/v1") else {"question": QUESTION}
        connection.request("POST", path, json.dumps(asked), {"Content-Type": "application/json"})
        until(writer.begun.is_set)
        server.should_exit = True
        until(writer.ended.is_set)
        thread.join(20)
        assert not thread.is_alive() and not site.gate._running
        connection.close()
    assert "Traceback" not in caplog.text
