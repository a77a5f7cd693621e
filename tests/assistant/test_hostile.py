"""Questions that nobody would ask: each is answered, refused, or one plain sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant
from ingest.archive.archive import Archive
from ingest.article import Article, Moment
from ingest.errors import DatelineError
from ingest.settings import Settings
from tests.conftest import few
from tests.shell import dateline

HOSTILE = {
    "stop words": "what is the of and to a in?",
    "one letter": "a",
    "Cyrillic": "Когда открылась гавань в Осло?",
    "Chinese": "什么时候港口重新开放？",
    "Arabic": "متى أعيد فتح الميناء؟",
    "Hebrew and Latin": "מתי נפתח the harbour?",
    "Thai": "ท่าเรือเปิดเมื่อไหร่",
    "emoji": "🚢🔥🌊 harbour 👩‍👩‍👧‍👦🏳️‍🌈?",
    "only emoji": "🚢🔥🌊",
    "combining marks": "h\u0301a\u0308r\u0323bo\u0302ur" + "\u0301" * 300,
    "only combining marks": "\u0301\u0308\u0323",
    "bidi": "\u202eruobrah\u202c who?",
    "zero width": "har\u200bbour\u2060 \ufeff?",
    "operators": 'AND OR NOT " ( [ + - ~ ^ : * ? \\ / { }',
    "only marks": '"([+-~^:*?\\/{}!',
    "a query language": 'title:(harbour^2 OR "pier"~3) AND -body:[a TO z] NOT *:*',
    "unbalanced quotes": 'Who said "the harbour and “the pier and ‘the bell?',
    "quotes in quotes": "“‘“‘“‘harbour’”’”’”",
    "a bad day": "What opened on 31 February 2023?",
    "a worse day": "What opened on 2023-02-31 or 99 May 12345 or 0000-00-00?",
    "far years": "What opened in the year 9999 or since 1 January 0001 or 99999 centuries ago?",
    "NUL": "Which\x00harbour\x00opened?",
    "control characters": "Which\x01\x02\x1b[31m harbour\x7f opened?",
    "lone surrogates": "Which \ud83d harbour \udc00 opened?",
    "only a publisher": "Tide Post",
    "only an absent publisher": "Le Monde",
    "only yesterday": "yesterday",
    "only the latest": "latest",
    "only a phrase": "“the harbour reopened”",
    "only a phrase that is nowhere": "“no such words”",
    "60 phrases": " ".join(f"“phrase number {n}”" for n in range(60)),
    "60 phrases that are there": " ".join(f"“harbour {n}”" for n in range(60)),
    "quotes": '"' * 4000,
    "curved quotes": "“" * 4000,
    "pairs of quotes": "“”" * 2000,
    "quoted letters": ("“a” " * 1000).strip(),
    "apostrophes": "'a" * 2000,
    "one word of 4,000 letters": "a" * 4000,
    "4,000 different words": " ".join(f"w{n}" for n in range(680)),
    "many publishers": "What did " + " and ".join(["Tide Post", "Le Monde", "Reuters"] * 90) + " report?",
    "many times": "since yesterday before May 2023 " * 120,
    "many parts": "Who won the race in Oslo? And who lost the race in Bergen? " * 60,
    "many authors": "Articles by " + ", ".join(["Jane Doe", "Jo Roe"] * 190) + " and Ann Moss",
    "SQL": "'; DROP TABLE articles; -- harbour",
    "HTML": "<script>alert('harbour')</script> &amp; harbour?",
    "a template": "{harbour} {0} %s %d ${pier} {{bell}} \\n",
    "lines": "harbour\n\npier\r\n\u2028bell\u2029?",
    "a number": "1e400 0x10 -1 ٣ ½ ² 1,000,000",
}  # fmt: skip
REFUSED = {
    "empty": "",
    "white space": " \t\n\u2003 ",
    "NULs": "\x00\x00",
    "100,000 characters": "harbour " * 12_500,
    "100,000 quotes": '"' * 100_000,
}


def fill(archive: Archive) -> None:
    def make(title: str, text: str, day: str | None = None, **fields: object) -> Article:
        moment = Moment(day, "metadata") if day else None
        return Article(f"k#{title}", "s", title, text, published=moment, **fields)  # type: ignore[arg-type]

    list(
        archive.add([
            make("Harbour reopens", "The harbour reopened in May after ten years. " * 30, "2023-05-03", publisher="Tide Post", authors=("Jane Doe",)),
            make("Гавань открыта", "Гавань в Осло открылась в мае.", "2023-05-04", publisher="Гавань"),
            make("港口重新开放", "港口于五月重新开放。", publisher="港新聞"),
            make("Pier falls", "“The pier fell,” said the mayor. Nobody was hurt.", "2023-05-05", publisher="Gull"),
        ])
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of four articles that no process owns."""
    where = tmp_path_factory.mktemp("hostile") / "archive"
    with Archive.open(Settings(archive=where, _env_file=None), create=True) as archive:
        fill(archive)
    return where


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    where = tmp_path_factory.mktemp("asked") / "archive"
    with Archive.open(Settings(archive=where, _env_file=None), create=True) as archive:
        fill(archive)
        yield Assistant(archive)


def sound(answer: Answer) -> None:
    assert answer.complete and answer.text
    assert answer.refused or answer.citations
    for citation in answer.citations:
        article = next(p.article for p in answer.passages if p.article_id == citation.article_id)
        assert citation.quote == article.text[citation.start : citation.end]


def plain(message: str) -> bool:
    """A sentence or two for people."""
    return (
        bool(message) and "\n" not in message and "Traceback" not in message and len(message) < 400
    )


@pytest.mark.parametrize("question", HOSTILE.values(), ids=HOSTILE)
def test_any_question_is_answered_or_refused(assistant: Assistant, question: str) -> None:
    for passage in assistant.search(question).passages:
        assert passage.text == passage.article.text[passage.start : passage.end] != ""
    sound(assistant.ask(question))


@pytest.mark.parametrize("question", list(HOSTILE.values())[::3], ids=list(HOSTILE)[::3])
def test_any_earlier_turn_is_taken(assistant: Assistant, question: str) -> None:
    sound(
        assistant.ask("And when was that?", history=[("user", question), ("assistant", question)])
    )


@pytest.mark.parametrize("question", REFUSED.values(), ids=REFUSED)
def test_what_is_no_question_is_one_plain_sentence(assistant: Assistant, question: str) -> None:
    for ask in (assistant.ask, assistant.search):
        with pytest.raises(DatelineError) as caught:
            ask(question)
        assert plain(str(caught.value))


@pytest.mark.parametrize(
    "options",
    [
        {"since": "2023-05-01", "until": "2023-01-01"},
        {"since": "31 February 2023"},
        {"since": "\x00"},
        {"as_of": "99999-01-01"},
        {"until": "2023-02-29"},
        {"since": "x" * 100_000},
        {"ignore": ["\x00"]},
        {"ignore": ["x" * 100_000]},
    ],
)
def test_an_option_that_cannot_be_used_is_one_plain_sentence(
    assistant: Assistant, options: dict[str, object]
) -> None:
    for ask in (assistant.ask, assistant.search):
        with pytest.raises(DatelineError) as caught:
            ask("Which harbour opened?", **options)  # type: ignore[operator]
        assert plain(str(caught.value))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "\x00",
        "🚢",
        "'",
        "x" * 100_000,
        "The",
        "\n",
        "\ud83d",
    ],
)
def test_any_publisher_may_be_asked_for(assistant: Assistant, name: str) -> None:
    sound(assistant.ask("Which harbour opened?", publishers=[name]))


@pytest.mark.parametrize(
    ("as_of", "question"),
    [
        ("1000-01-01", "What opened yesterday, last week, last year and in the past 24 hours?"),
        ("1000-01-01", "What is the latest on the harbour?"),
        ("9998-12-31", "What opened yesterday, last week, last year and in the past 24 hours?"),
        ("9999-12-31", "Which harbour opened yesterday?"),
        ("9999-12-31T23:59:59Z", "What is the latest on the harbour?"),
        ("0001-01-01", "Which harbour opened?"),
        ("0001-01-01", "Which harbour opened yesterday?"),
        ("9999-12-31", "Which harbour opened last year?"),
        ("9999-12-31", "Which harbour opened last week?"),
        ("9999-12-31", "Which harbour opened this month?"),
        ("9999-12-31", "Which harbour opened in the winter?"),
    ],
)
def test_the_ends_of_time_are_moments_like_any_other(
    assistant: Assistant, as_of: str, question: str
) -> None:
    sound(assistant.ask(question, as_of=as_of))


def test_the_whole_of_time_may_be_asked_for(assistant: Assistant) -> None:
    found = assistant.search("What has opened since May?", since="0001-01-01", until="9999-12-31")
    assert {p.title for p in found.passages} >= {"Harbour reopens", "Pier falls"}


@pytest.mark.parametrize("k", [-1, 0, 1, 10**6])
def test_any_number_of_passages_may_be_asked_for(assistant: Assistant, k: int) -> None:
    assert assistant.search("Which harbour opened?", k).passages


_BITS = st.sampled_from(
    ["harbour", "Tide Post", "“the harbour", "reopened”", '"', "'", "in May 2023", "yesterday",
     "by Jane Doe", "other than", "and what did", "report", "?", "latest", "op-ed", "港口", "\x00", "the", "!"]
)  # fmt: skip


@settings(deadline=None, database=None, max_examples=few(60))
@given(st.one_of(st.text(max_size=120), st.lists(_BITS, max_size=20).map(" ".join)))
def test_any_text_may_be_asked(assistant: Assistant, text: str) -> None:
    try:
        answer = assistant.ask(text)
    except DatelineError as error:
        assert plain(str(error))
        return
    sound(answer)


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    "name",
    ["stop words", "Chinese", "Arabic", "emoji", "operators", "unbalanced quotes", "a bad day",
     "only a publisher", "only yesterday", "only a phrase", "60 phrases", "quotes", "lone surrogates"],
)  # fmt: skip
def test_any_question_in_the_shell_is_answered(folder: Path, command: str, name: str) -> None:
    question = HOSTILE[name].encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    done = dateline(command, "--archive", str(folder), question)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    "arguments",
    [
        [""],
        [" \t "],
        ["harbour " * 12_500],
        ["Which harbour?", "--since", "2023-05-01", "--until", "2023-01-01"],
        ["Which harbour?", "--since", "31 February 2023"],
        ["Which harbour?", "--ignore", "\n"],
        ["--", "-", "--since"],
    ],
)
def test_what_cannot_be_asked_is_one_line_in_the_shell(
    folder: Path, command: str, arguments: list[str]
) -> None:
    done = dateline(command, "--archive", str(folder), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert plain(done.stderr.rstrip("\n"))
