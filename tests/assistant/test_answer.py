"""The assistant as scripts use it, on the sample articles with the quoting default."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path

import pytest

import assistant as package
from assistant import REFUSAL, Assistant
from assistant.question.follow_ups import Turn
from assistant.question.question import Question, understand
from assistant.results import Found, Passage
from assistant.write.draft import Draft
from ingest.archive.archive import Archive
from ingest.article import Article
from ingest.errors import ArchiveError, SettingError
from ingest.run import ingest
from ingest.settings import Settings

LATER = "further-reports.jsonl"  # articles that came after the questions
PORT = "Which port did the Chinese flotilla leave?"
QUESTIONS = [
    json.loads(line)
    for line in resources.files("seeds").joinpath("questions.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture
def sample(sample_archive: Archive) -> Assistant:
    return Assistant(sample_archive)


def test_an_answer_quotes_says_who_and_when_and_links(sample: Assistant) -> None:
    answer = sample.ask(PORT)
    (citation,) = answer.citations
    stored = next(iter(sample.archive.catalog.articles([citation.article_id])))
    assert "Qingdao" in citation.quote
    assert citation.quote == stored.article.text[citation.start : citation.end]
    said_by = "The Meridian Post (Harbour Wire), 16 July 2023, from QINGDAO, China"
    lead = f"{answer.short}\n\n" if answer.short else ""
    assert answer.text == f"{lead}{said_by}, “{citation.title}”: “{citation.quote}” [1]"
    assert citation.marked and "Qingdao" in stored.article.text[slice(*citation.marked)]
    assert citation.published == "2023-07-16T09:10:00+08:00"
    assert citation.link and citation.link.startswith(f"{citation.url}#:~:text=")
    assert not answer.refused and answer.complete and answer.model == "quoting"


def test_the_json_has_exactly_the_promised_keys(sample: Assistant) -> None:
    answer = sample.ask(PORT).as_json()
    assert list(answer) == [
        "question", "standalone", "answer", "refused", "grade", "short", "as_of", "filters",
        "citations", "model", "notes", "statements", "confidence", "conflict", "timeline", "steps", "seconds",
    ]  # fmt: skip
    statements = answer["statements"]
    assert isinstance(statements, list)
    assert list(statements[0]) == ["start", "end", "citations", "standing", "support", "found"]
    citations = answer["citations"]
    assert isinstance(citations, list)
    assert list(citations[0]) == [
        "number", "article_id", "title", "publisher", "byline", "published", "published_from", "url", "quote",
        "start", "end", "link", "marked_start", "marked_end",
    ]  # fmt: skip
    json.dumps(answer)


def test_what_is_not_there_is_refused_with_the_nearest_articles(sample: Assistant) -> None:
    answer = sample.ask("Who won the Nobel Prize in Literature in 2022?")
    assert answer.refused
    assert answer.text == REFUSAL == "The archive does not hold the answer."
    assert not answer.citations
    assert 0 < len(answer.near) <= 3
    assert len({passage.article_id for passage in answer.near}) == len(answer.near)


def test_what_somebody_wrote_is_shown_and_what_they_did_not_is_refused(sample: Assistant) -> None:
    answer = sample.ask("What did Rosalind Akers-Bright write about fusion?")
    assert answer.grade == "near"
    assert {citation.url for citation in answer.citations} == {
        "https://northernledger.example/comment/2022-12-15/applaud-the-fusion-shot"
    }
    assert sample.ask("What did Rosalind Akers-Bright write about penguins?").grade == "refused"


def test_as_of_uses_nothing_later(sample: Assistant) -> None:
    question = "How many people have died in the wildfires on Maui?"
    later = sample.ask(question, as_of="2023-08-20")
    assert not later.refused
    earlier = sample.ask(question, as_of="2023-08-05")
    assert earlier.refused
    assert earlier.as_of == "2023-08-05"
    assert all(p.published and p.published[:10] <= "2023-08-05" for p in earlier.passages)


def test_undated_articles_left_out_of_a_time_range_are_counted(sample: Assistant) -> None:
    answer = sample.ask(PORT, since="2023-07-01", until="2023-07-31")
    assert any("4 undated articles were left out" in note for note in answer.notes)
    assert all(p.published for p in answer.passages)
    assert not any("undated" in note for note in sample.ask(PORT).notes)


def test_a_publisher_filter_matches_publisher_and_agency_however_written(sample: Assistant) -> None:
    for name in ("meridian post", "The Meridian Post", "harbour wire"):
        found = sample.search("flotilla", publishers=[name])
        assert found.passages
        for passage in found.passages:
            assert "meridian" in (passage.publisher or "").lower() or passage.article.agency


def test_the_same_follow_up_is_understood_with_its_history(sample: Assistant) -> None:
    answer = sample.ask("And how many helicopters?", history=[("user", PORT)])
    assert "four ship-borne helicopters" in answer.text
    assert answer.standalone != answer.question


def test_history_may_be_messages(sample: Assistant) -> None:
    history = [{"role": "user", "content": PORT}, {"role": "assistant", "content": "Qingdao"}]
    assert "helicopters" in sample.ask("And how many helicopters?", history=history).text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who wrote the report on the Chinese flotilla?", "Lydia Marchetto"),
        ("Who edited the report on the Chinese flotilla?", "Owen Tarrant"),
        ("When was the article about the Chinese flotilla published?", "16 July 2023"),
        ("Where was the report on the Chinese flotilla filed from?", "QINGDAO, China"),
        ("Which agency supplied the story about the Chinese flotilla?", "Harbour Wire"),
    ],
)
def test_questions_about_the_article_itself_are_answered_from_its_fields(
    sample: Assistant, question: str, expected: str
) -> None:
    answer = sample.ask(question)
    assert expected in answer.text
    assert len(answer.citations) == 1


def test_an_undated_article_is_said_to_be_undated(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    list(
        archive.add([make_article("Quarry closes", "The quarry closed on Friday.", agency="Wire")])
    )
    answer = Assistant(archive).ask("When was the article about the quarry published?")
    assert "undated" in answer.text
    assert "20" not in answer.text


class Noting:
    """Writes one sentence."""

    name = "noting"

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        return understand(question)

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        yield Draft("It takes a while [1].")


def test_a_model_is_shown_first_the_passage_that_answers(sample_archive: Archive) -> None:
    question, words = "How long will it take to mend Tonga's internet cable?", "four weeks"
    assistant = Assistant(sample_archive, Noting())
    searched = assistant.search(question, 8).passages
    shown = assistant.ask(question).passages
    assert set(map(id_of, shown)) == set(map(id_of, searched))
    assert words in shown[0].text and words not in searched[0].text


def id_of(passage: Passage) -> tuple[str, int]:
    return passage.article_id, passage.start


def test_streaming_grows_and_ends_complete(sample: Assistant) -> None:
    answers = list(sample.stream("How many people died in Derna?"))
    assert answers[-1].complete and not answers[0].complete
    assert answers[-1].text.startswith(answers[0].text)


def test_a_writer_is_loaded_where_its_answer_is_read(sample: Assistant) -> None:
    answers = sample.stream("Who won?", model="no-such-service:no-model")
    with pytest.raises(SettingError):
        next(answers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"since": "yesterday"}, "cannot be read"),
        ({"until": "2023-02-31"}, "cannot be read"),
        ({"since": "2023-08-01", "until": "2023-07-01"}, "empty"),
    ],
)
def test_wrong_dates_are_said_plainly(
    sample: Assistant, options: dict[str, str], message: str
) -> None:
    with pytest.raises(SettingError, match=message):
        sample.ask(PORT, **options)


def test_an_archive_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="dateline ingest"):
        Assistant.open(tmp_path / "nowhere")


def test_an_empty_archive_refuses(settings: Settings) -> None:
    with Archive.open(settings, create=True) as archive:
        answer = Assistant(archive).ask("Anything?")
    assert answer.refused and not answer.near


def test_many_threads_may_ask_at_once(sample: Assistant) -> None:
    sample.ask(PORT)
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda: texts.append(sample.ask(PORT).text)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 8
    assert len(set(texts)) == 1


def test_a_retriever_gives_langchain_documents(sample: Assistant) -> None:
    documents = sample.retriever(k=3, since="2023-01-01").invoke(PORT)
    assert 0 < len(documents) <= 3
    first = documents[0]
    assert "Qingdao" in first.page_content
    assert first.metadata["publisher"] == "The Meridian Post"
    stored = next(iter(sample.archive.catalog.articles([first.metadata["article_id"]])))
    start, end = first.metadata["start"], first.metadata["end"]
    assert stored.article.text[start:end] == first.page_content


@pytest.fixture(scope="module")
def first_samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The articles that the sample questions were written for; `make eval` asks them, and harder
    ones, of all."""
    folder = tmp_path_factory.mktemp("first") / "archive"
    articles = Path(str(resources.files("seeds").joinpath("articles")))
    ingest([str(f) for f in sorted(articles.iterdir()) if f.name != LATER], archive=folder)
    with Assistant.open(settings=Settings(archive=folder, _env_file=None)) as opened:
        yield opened


def test_the_sample_questions_are_answered_and_refused_well_enough_and_quoted_to_the_letter(
    first_samples: Assistant,
) -> None:
    """The floors of the product: 90 % of each kind, all quotes."""
    right = refused = quotes = 0
    unanswerable = sum(item["unanswerable"] for item in QUESTIONS)
    for item in QUESTIONS:
        answer = first_samples.ask(item["question"], as_of=item["as_of"])
        if item["unanswerable"]:
            refused += answer.refused
        else:
            text = answer.text.casefold()
            right += any(wanted.casefold() in text for wanted in item["answers"])
        assert len(answer.citations) <= 4
        for citation in answer.citations:
            stored = next(iter(first_samples.archive.catalog.articles([citation.article_id])))
            assert citation.quote == stored.article.text[citation.start : citation.end]
            assert f"[{citation.number}]" in answer.text
            quotes += 1
    assert len(QUESTIONS) >= 40 and unanswerable * 4 >= len(QUESTIONS)
    assert right >= 0.9 * (len(QUESTIONS) - unanswerable)
    assert refused >= 0.9 * unanswerable
    assert quotes >= 30


def test_the_sample_questions_name_articles_of_the_archive(sample: Assistant) -> None:
    for item in QUESTIONS:
        assert all(sample.archive.catalog.holds(article) for article in item["articles"])
        assert bool(item["articles"]) is not item["unanswerable"]


def test_importing_the_package_is_light() -> None:
    code = "import assistant, ingest, sys; print([m for m in ('numpy', 'chromadb', 'langchain_core', 'gradio') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    with pytest.raises(AttributeError):
        _ = package.nonsense
