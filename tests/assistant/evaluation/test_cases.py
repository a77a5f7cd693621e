"""Files of questions: what is read, and what a bad line says."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation import Case, Event, Sheet, read_sheet
from assistant.evaluation.cases import Also
from ingest.errors import SettingError


def sheet(tmp_path: Path, *lines: object, name: str = "q.jsonl") -> Sheet:
    file = tmp_path / name
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts), "utf-8")
    return read_sheet(file)


def only(tmp_path: Path, **record: object) -> Case:
    read = sheet(tmp_path, {"question": "Who?", **record})
    assert not read.bad, read.bad
    return read.cases[0]


def test_a_question_alone_is_enough_and_null_is_nothing(tmp_path: Path) -> None:
    names = (
        "answers",
        "articles",
        "unanswerable",
        "as_of",
        "relation",
        "events",
        "history",
        "also",
    )
    assert only(tmp_path) == only(tmp_path, **dict.fromkeys(names)) == Case(1, "Who?")


def test_all_keys_are_read(tmp_path: Path) -> None:
    case = only(
        tmp_path, answers=["A", "B"], articles=["abc"], urls=["HTTPS://Example.org/a/?utm_source=x"],
        as_of="2023-01-02", since="2022-01-01", until="2022-12-31", publishers=["BBC"],
        history=[["user", "x"], {"role": "assistant", "content": "y"}], kind="who",
        events=[{"date": "2023-02", "says": ["left"], "article": "abc"}], relation="none",
    )  # fmt: skip
    assert case.answers == ("A", "B")
    assert case.gold == ("abc", "https://example.org/a")
    assert case.events == (Event("2023-02", ("left",)),)
    assert case.history == (("user", "x"), ("assistant", "y"))
    assert case.options == {
        "history": case.history, "since": "2022-01-01", "until": "2022-12-31",
        "as_of": "2023-01-02", "publishers": ("BBC",),
    }  # fmt: skip


def test_beside_values_publishers_filter_nothing(tmp_path: Path) -> None:
    also = [{"value": "two dozen", "publisher": None, "article": "x"}]
    case = only(tmp_path, values=["24"], publishers=["BBC"], also=also, articles=["y"])
    assert case.options["publishers"] == ()
    assert case.also == (Also("two dozen", "x"),)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "no JSON object"),
        ("[1]", "no JSON object"),
        ("[" * 100_000, "no JSON object"),
        ({"answers": ["x"]}, "'question' cannot be used"),
        ({"question": " "}, "question is empty"),
        ({"question": 7}, "'question' cannot be used: Input should be a valid string"),
        ({"question": "x" * 5000}, "5,000 characters"),
        ({"question": "?x", "answers": "x"}, "'answers' cannot be used"),
        ({"question": "?x", "answers": ["x", 3]}, "'answers.1' cannot be used"),
        ({"question": "?x", "answers": ["x", ""]}, "no letter or figure"),
        ({"question": "?x", "answers": ["…"]}, "no letter or figure"),
        ({"question": "?x", "unanswerable": "yes"}, "valid boolean"),
        ({"question": "?x", "unanswerable": True, "answers": ["x"]}, "is unanswerable and says"),
        ({"question": "?x", "unanswerable": True, "values": ["x"]}, "is unanswerable and says"),
        ({"question": "?x", "relation": "odd"}, "'superseded', 'disputed' or 'none'"),
        ({"question": "?x", "events": [{"says": ["x"]}]}, "'events.0.date'"),
        ({"question": "?x", "events": ["x"]}, "'events.0'"),
        ({"question": "?x", "events": [{"date": "2023", "says": "x"}]}, "'events.0.says'"),
        ({"question": "?x", "as_of": "soon"}, "cannot be read"),
        ({"question": "?x", "as_of": 2023}, "'as_of' cannot be used"),
        ({"question": "?x", "since": "2023-02-01", "until": "2023-01-01"}, "empty"),
        ({"question": "?x", "history": [["user"]]}, "turn of the history"),
        ({"question": "?x", "history": "user"}, "'history' cannot be used"),
        ({"question": "?x", "also": [{"value": 3}]}, "'also.0.value' cannot be used"),
        ({"question": "?x", "kind": ["a"]}, "'kind' cannot be used"),
    ],
)
def test_a_bad_line_costs_only_itself(tmp_path: Path, line: object, says: str) -> None:
    read = sheet(tmp_path, {"question": "First?"}, line, "", {"question": "Last?"})
    assert [(case.line, case.question) for case in read.cases] == [(1, "First?"), (4, "Last?")]
    (bad,) = read.bad
    assert bad.line == 2
    assert says in bad.reason
    assert "\n" not in bad.reason


def test_line_ends_marks_and_separators_are_taken_as_they_come(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    text = '{"question": "One?"}\r\n\r\n{"question": "Two\u2028or three?"}\r\n'
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    read = read_sheet(file)
    assert [(case.line, case.question) for case in read.cases] == [
        (1, "One?"),
        (3, "Two or three?"),
    ]
    file.write_text(text, "utf-16")
    assert len(read_sheet(file).cases) == 2


@pytest.mark.parametrize("content", [b"", b"\n \n\n", bytes(range(256)) * 20])
def test_an_empty_or_binary_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "q.jsonl"
    file.write_bytes(content)
    with pytest.raises(SettingError, match=r"q\.jsonl"):
        read_sheet(file)


@pytest.mark.parametrize("name", ["none.jsonl", "folder", "x\0y"])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(SettingError, match="cannot be read"):
        read_sheet(tmp_path / name)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["question", "answers", "articles", "urls", "unanswerable", "as_of", "since", "publishers",
     "history", "kind", "values", "also", "relation", "events"]
)  # fmt: skip


@given(st.dictionaries(KEYS, JSON))
def test_no_record_breaks_the_reading(
    tmp_path_factory: pytest.TempPathFactory, record: object
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.jsonl"
    file.write_text(json.dumps(record), "utf-8")
    read = read_sheet(file)
    assert len(read.cases) + len(read.bad) == 1


@pytest.mark.parametrize("name", ["questions", "conflicts", "timelines"])
def test_the_sample_files_have_no_bad_line(name: str) -> None:
    text = resources.files("seeds").joinpath(f"{name}.jsonl")
    read = read_sheet(Path(str(text)))
    assert read.cases and not read.bad
