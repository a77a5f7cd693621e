"""How text becomes the word index's terms, and which fields a chunk has in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archive.word_index import document, schema, terms
from tests.archives import chunk


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The ships' exercises", ["the", "ship", "exercis"]),
        ("Café CRÈME", ["cafe", "creme"]),
        ("reopened, reopening; reopens!", ["reopen", "reopen", "reopen"]),
        ("U.S. 3,549", ["u", "s", "3", "549"]),
        ("Порт 港", ["порт", "港"]),
        ("x" * 41 + " pier", ["pier"]),
        ("", []),
        ("— … !", []),
    ],
)
def test_terms_are_stems_without_case_and_accents(text: str, found: list[str]) -> None:
    assert terms(text) == found


@given(st.text())
@settings(deadline=None, database=None)
def test_any_text_has_terms_without_white_space(text: str) -> None:
    for term in terms(text.encode("utf-8", "replace").decode()):
        assert term and term == "".join(term.split())


def fields(**given: Any) -> dict[str, list[object]]:
    found: dict[str, list[object]] = document(
        schema(), *chunk(7, "They came.", "Ships", **given)
    ).to_dict()
    return found


def test_a_chunk_is_written_with_all_that_it_is_filtered_by() -> None:
    found = fields(
        at=-5, outlets=["Tide Post", "Wire"], changed=9, article_id="a1", kind="opinion",
        authors=("Jane Doe", "Jo Roe"),
    )  # fmt: skip
    assert {name: found[name] for name in ("chunk", "published", "changed")} == {
        "chunk": [7], "published": [-5], "changed": [9],
    }  # fmt: skip
    assert (found["headline"], found["body"]) == (["Ships"], ["They came."])
    assert (found["article"], found["kind"]) == (["a1"], ["opinion"])
    assert sorted(map(str, found["outlet"])) == ["tidepost", "wire"]
    assert sorted(map(str, found["author"])) == ["janedoe", "joroe"]


def test_what_was_never_changed_was_changed_last_when_it_was_published() -> None:
    found = fields(at=60)
    assert (found["published"], found["changed"]) == ([60], [60])


def test_an_undated_chunk_has_no_moments() -> None:
    found = fields(at=None)
    assert not found.get("published") and not found.get("changed")


def test_an_undated_chunk_is_not_known_by_its_change_either() -> None:
    found = fields(at=None, changed=90)
    assert not found.get("published") and not found.get("changed")
