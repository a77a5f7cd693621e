from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.kept.feedback import Feedback
from assistant.printing import ArticleJson, Shown, VersionJson
from assistant.web.door.users import Access, Users
from assistant.web.gate import Gate
from ingest.archive.archive import Archive
from ingest.archive.browse import Browsed
from ingest.article import Article
from tests.web.scripted import Scripted, app_of, client_of, site_of


@pytest.fixture
def filled(archive: Archive, make_article: Callable[..., Article]) -> Archive:
    list(archive.add([
        make_article("Harbour reopens", publisher="The Post", published="2023-07-16"),
        make_article("Bridge closes", "The bridge closed.", publisher="The Post", published="2023-08-01"),
        make_article("Old letter", "A letter was found."),
    ]))  # fmt: skip
    return archive


@pytest.fixture
def client(filled: Archive) -> TestClient:
    return client_of(site_of(filled, Scripted()))


def test_articles_are_listed_and_chosen(client: TestClient) -> None:
    told = client.get("/api/articles").json()
    TypeAdapter(Browsed).validate_python(told)
    assert set(told) == {"articles", "total", "limit", "offset", "facets"}
    assert [row["title"] for row in told["articles"]] == [
        "Bridge closes",
        "Harbour reopens",
        "Old letter",
    ]
    assert told["total"] == 3
    assert told["facets"]["publishers"][0]["count"] == 2
    for query, titles in (
        ("limit=1&offset=1", ["Harbour reopens"]),
        ("text=bridge", ["Bridge closes"]),
        ("publisher=the post&month=2023-07", ["Harbour reopens"]),
        ("month=none", ["Old letter"]),
        ("kind=opinion", []),
        ("text=%25", []),
    ):
        told = client.get(f"/api/articles?{query}").json()
        assert [row["title"] for row in told["articles"]] == titles


def test_a_choice_that_cannot_be_used_is_said(client: TestClient) -> None:
    for query in ("limit=0", "limit=501", "limit=x", "offset=-1", "offset=99999999999999999999",
                  "month=July", "kind=poem"):  # fmt: skip
        response = client.get(f"/api/articles?{query}")
        assert response.status_code == 400 and response.json()["error"]["message"], query


def test_an_article_is_shown_whole_and_removed(
    client: TestClient, filled: Archive, make_article: Callable[..., Article]
) -> None:
    changed = make_article("Harbour reopens", "The harbour reopened late.", publisher="The Post",
                           published="2023-07-16")  # fmt: skip
    list(filled.add([changed]))
    key = client.get("/api/articles?text=harbour").json()["articles"][0]["article_id"]
    stored = next(filled.catalog.articles([key]))
    told = client.get(f"/api/articles/{key}").json()
    assert told == Shown(stored).as_json() and told["version"] == 2
    assert TypeAdapter(ArticleJson).validate_python(told, strict=True) == told
    versions = client.get(f"/api/articles/{key[:8]}?versions=true").json()["versions"]
    assert TypeAdapter(list[VersionJson]).validate_python(versions, strict=True) == versions
    assert [version["version"] for version in versions] == [1, 2]
    assert client.delete(f"/api/articles/{key[:8]}").status_code == 404
    assert client.delete(f"/api/articles/{key}").json() == {"removed": [key]}
    for response in (client.get(f"/api/articles/{key}"), client.delete(f"/api/articles/{key}")):
        assert response.status_code == 404
        assert response.json()["error"]["type"] == "not_found"


def test_no_id_breaks_anything(client: TestClient) -> None:
    for key in ("", "%00", "..%2f..%2fetc%2fpasswd", "%25", "x" * 3000, "'", "%ff"):
        for ask in (client.get, client.delete):
            assert ask(f"/api/articles/{key}", follow_redirects=False).status_code == 404, key


def test_visitors_read_and_judge_but_change_nothing(filled: Archive) -> None:
    site = site_of(filled, Scripted())
    app = app_of(site, Access("0.0.0.0"))
    visitor = TestClient(app, base_url="http://127.0.0.1:7860", client=("10.0.0.7", 5))
    key = visitor.get("/api/articles").json()["articles"][0]["article_id"]
    for response in (
        visitor.delete(f"/api/articles/{key}"),
        visitor.post("/api/ingest", json={"addresses": ["https://paper.example/"]}),
        visitor.post("/api/ingest/files", files={"files": ("a.txt", b"Harbour\n\nIt reopened.")}),
    ):
        assert response.status_code == 403
        assert "--auth" in response.json()["error"]["message"]
    assert filled.catalog.counts()[0] == 3 and not (filled.folder / "uploads").exists()


VERDICT = {
    "question": "Who?",
    "answer": "They.",
    "rating": "bad",
    "reason": "No name.",
    "model": "m",
}


def test_verdicts_are_kept_and_each_reads_their_own(filled: Archive) -> None:
    site = site_of(filled, Scripted())
    app = app_of(site, Access("0.0.0.0"))
    visitors = [TestClient(app, base_url="http://127.0.0.1:7860") for _ in range(2)]
    for number, visitor in enumerate(visitors):
        kept = visitor.post("/api/feedback", json={**VERDICT, "reason": f"No {number}."})
        assert kept.status_code == 201
    for number, visitor in enumerate(visitors):
        [own] = visitor.get("/api/feedback").json()["feedback"]
        assert Feedback(**own)
        assert own["reason"] == f"No {number}." and own["user"].startswith("visitor:")
    local = client_of(site)
    assert len(local.get("/api/feedback").json()["feedback"]) == 2
    assert len(local.get("/api/feedback?limit=1").json()["feedback"]) == 1
    assert local.get("/api/feedback?rating=good").json()["feedback"] == []
    for query in ("rating=fine", "since=soon", "limit=0"):
        assert local.get(f"/api/feedback?{query}").status_code == 400
    assert local.post("/api/feedback", json={**VERDICT, "rating": "fine"}).status_code == 400


def test_many_ask_and_browse_at_once(filled: Archive) -> None:
    site = site_of(filled, Scripted(), Gate(running=2, waiting=64, patience=30))
    app = app_of(site, Access(users=Users.of_pair("jo", "correct horse")))
    statuses: list[int] = []
    with TestClient(app, base_url="http://127.0.0.1:7860", client=("127.0.0.1", 5)) as client:
        client.post("/login", data={"username": "jo", "password": "correct horse"})

        def work() -> None:
            for _ in range(3):
                statuses.append(
                    client.post("/api/ask", json={"question": "Which bridge?"}).status_code
                )
                statuses.append(client.get("/api/articles").status_code)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(statuses) == 48 and set(statuses) <= {200, 429}
    assert statuses.count(200) >= 24 + 10
    assert isinstance(site.service.assistant, Assistant)
