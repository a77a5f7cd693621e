"""Adding, changing and removing articles; opening and owning an archive."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.archive.archive import Archive
from ingest.archive.catalog import Catalog, Prepared
from ingest.archive.embedding import Embedder, searched_text
from ingest.archive.filters import Filters
from ingest.archive.indexes import ARTICLES
from ingest.archive.word_index import BM25, terms
from ingest.article import Article, address_key, article_id
from ingest.errors import ArchiveError, ArchiveInUseError, DamagedError, EmbedderError
from ingest.sentences import split
from ingest.settings import Settings

Make = Callable[..., Article]
Spawn = Callable[..., "subprocess.Popen[str]"]
LONG = "The harbour reopened on Sunday after ten years of repairs, officials said. " * 30


def results(archive: Archive, articles: Iterable[Article]) -> list[str]:
    return [outcome.result for outcome in archive.add(articles)]


def titles(archive: Archive) -> set[str]:
    return {stored.article.title for stored in archive.catalog.articles()}


def found(archive: Archive, words: str) -> set[str]:
    """Titles of the articles that the word index finds."""
    hits = archive.lexical.search(terms(words), Filters(), 100, BM25)
    ids = {row.article_id for row in archive.catalog.chunk_rows(list(hits)).values()}
    return {stored.article.title for stored in archive.catalog.articles(sorted(ids))}


def embedded(archive: Archive) -> list[str]:
    return archive.embedder.texts  # type: ignore[attr-defined,no-any-return]


def test_a_new_article_is_added_and_found(archive: Archive, make_article: Make) -> None:
    article = make_article("Harbour reopens", LONG, language="en")
    [outcome] = archive.add([article])
    assert (outcome.result, outcome.id) == ("added", article_id(article))
    [stored] = archive.catalog.articles()
    assert (stored.article, stored.version, archive.catalog.pending_count()) == (article, 1, 0)
    rows = archive.catalog.chunks_of([stored.id])
    assert [(row.start, row.end) for row in rows] == split(LONG)
    assert len(archive.lexical.among([row.id for row in rows], Filters())) == len(rows)
    assert archive.vectors.count() == archive.lexical.count() == len(rows)


def test_the_language_of_an_article_whose_source_names_none_is_told(
    archive: Archive, make_article: Make
) -> None:
    list(archive.add([make_article("Harbour", LONG), make_article("Short", "Too short to tell.")]))
    found = {stored.article.title: stored.article.language for stored in archive.catalog.articles()}
    assert found == {"Harbour": "en", "Short": None}


def test_each_chunk_is_embedded_once_with_its_headline(
    archive: Archive, make_article: Make
) -> None:
    article = make_article("Harbour reopens", LONG)
    list(archive.add([article]))
    assert embedded(archive) == [searched_text(article, *span) for span in split(LONG)]


def test_an_unchanged_article_is_not_written_and_not_embedded(
    archive: Archive, make_article: Make
) -> None:
    articles = [make_article(f"Pier {i}", f"Ship {i} came.") for i in range(5)]
    list(archive.add(articles))
    before = list(embedded(archive))
    assert results(archive, articles) == ["unchanged"] * 5
    assert embedded(archive) == before
    assert {stored.version for stored in archive.catalog.articles()} == {1}


def test_white_space_and_the_source_make_no_new_version(
    archive: Archive, make_article: Make
) -> None:
    list(archive.add([make_article(text="One line.\n\nAnother.")]))
    again = make_article(text="One  line. Another.", source="elsewhere")
    assert results(archive, [again]) == ["unchanged"]


@pytest.mark.parametrize(
    "change",
    [{"text": "The harbour closed."}, {"publisher": "Tide Post"}, {"published": "2023-07-16"}],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_article_is_a_new_version(
    change: dict[str, str], archive: Archive, make_article: Make
) -> None:
    [first] = archive.add([make_article()])
    [second] = archive.add([make_article(**change)])
    assert (second.result, second.id) == ("updated", first.id)
    [stored] = archive.catalog.articles()
    assert (stored.version, stored.article) == (2, make_article(**change))
    assert archive.catalog.versions(first.id) == [(1, make_article())]


def test_only_the_present_version_is_found(archive: Archive, make_article: Make) -> None:
    list(archive.add([make_article(text="The lighthouse burnt down.")]))
    list(archive.add([make_article(text="The windmill burnt down.")]))
    assert found(archive, "lighthouse") == set()
    assert found(archive, "windmill") == {"Harbour reopens"}
    assert archive.vectors.count() == archive.lexical.count() == 1


def test_an_old_version_that_is_read_again_is_not_resurrected(
    archive: Archive, make_article: Make
) -> None:
    old, new = make_article(text="The old text."), make_article(text="The new text.")
    list(archive.add([old]))
    list(archive.add([new]))
    before = list(embedded(archive))
    assert results(archive, [old, new, old]) == ["unchanged"] * 3
    assert embedded(archive) == before
    [stored] = archive.catalog.articles()
    assert (stored.article.text, stored.version) == ("The new text.", 2)


def test_the_same_text_elsewhere_is_a_duplicate(archive: Archive, make_article: Make) -> None:
    [first] = archive.add([make_article(key="here", publisher="Pier Gazette")])
    for publisher in ("Pier Gazette", "PIER GAZETTE", None):
        [copy] = archive.add([make_article(key="there", publisher=publisher)])
        assert (copy.result, copy.id) == ("duplicate", first.id)
    assert archive.catalog.counts() == (1, 1)


def test_a_new_headline_over_the_same_report_is_a_duplicate(
    archive: Archive, make_article: Make
) -> None:
    text = "The flotilla left Qingdao at dawn. Its commander spoke of routine exercises."
    first, copy = archive.add([
        make_article("Flotilla leaves Qingdao", text, key="here"),
        make_article("Qingdao: flotilla sails for exercises", text, key="there"),
    ])  # fmt: skip
    assert (copy.result, copy.id) == ("duplicate", first.id)


def test_a_notice_where_the_text_should_be_does_not_make_two_stories_one(
    archive: Archive, make_article: Make
) -> None:
    notice = "We use your details to manage your registration. You may object at any time."
    stories = [
        make_article("Flotilla leaves Qingdao", notice, key="one"),
        make_article("Harbour bridge reopens after storm", notice, key="two"),
    ]
    assert results(archive, stories) == ["added", "added"]


def test_duplicates_within_one_call_are_seen(archive: Archive, make_article: Make) -> None:
    copies = [make_article(key=str(i)) for i in range(4)]
    assert results(archive, copies) == ["added", "duplicate", "duplicate", "duplicate"]


def test_two_versions_within_one_call_are_both_kept_in_order(
    archive: Archive, make_article: Make
) -> None:
    texts = [make_article(text=f"Text number {i}.") for i in range(3)]
    assert results(archive, texts) == ["added", "updated", "updated"]
    [stored] = archive.catalog.articles()
    assert stored.article == texts[2]
    assert [old for _, old in archive.catalog.versions(stored.id)] == texts[:2]


def test_wire_copy_of_two_publishers_is_two_articles(archive: Archive, make_article: Make) -> None:
    copies = [
        make_article("Harbour reopens", LONG, key=name, publisher=name, agency="Harbour Wire")
        for name in ("Pier Gazette", "Tide Post")
    ]
    outcomes = list(archive.add(copies))
    assert [outcome.result for outcome in outcomes] == ["added", "added"]
    assert outcomes[0].id != outcomes[1].id
    assert {s.article.publisher for s in archive.catalog.articles()} == {
        "Pier Gazette",
        "Tide Post",
    }
    assert results(archive, copies) == ["unchanged", "unchanged"]


def test_a_text_that_is_only_an_old_version_of_another_is_a_new_article(
    archive: Archive, make_article: Make
) -> None:
    old = make_article(text="The old text.", key="here")
    list(archive.add([old]))
    list(archive.add([make_article(text="The new text.", key="here")]))
    moved = make_article(text="The old text.", key="there")
    [outcome] = archive.add([moved])
    assert outcome.result == "added"
    assert outcome.id != article_id(old)
    assert {s.article.text for s in archive.catalog.articles()} == {
        "The old text.",
        "The new text.",
    }
    assert results(archive, [moved]) == ["unchanged"]


def test_more_articles_than_a_batch_are_stored(archive: Archive, make_article: Make) -> None:
    count = ARTICLES + 50
    articles = (make_article(f"Pier {i}", f"Ship {i} came.") for i in range(count))
    assert results(archive, articles) == ["added"] * count
    assert archive.catalog.counts() == (count, count)
    assert archive.lexical.count() == archive.vectors.count() == count
    assert archive.catalog.pending_count() == 0


def test_outcomes_are_given_once_the_article_is_stored(
    archive: Archive, make_article: Make
) -> None:
    articles = [make_article(f"Pier {i}", f"Ship {i} came.") for i in range(ARTICLES + 5)]
    for number, outcome in enumerate(archive.add(articles)):
        assert archive.catalog.holds(outcome.id)
        assert archive.catalog.counts()[0] >= number + 1


def test_nothing_is_added_of_nothing(archive: Archive) -> None:
    assert results(archive, []) == []


def test_an_embedder_that_fails_loses_nothing_that_was_reported(
    settings: Settings, make_article: Make
) -> None:
    class Failing:
        name = "failing"

        def passages(self, texts: list[str]) -> np.ndarray:
            if any("storm" in text for text in texts):
                raise EmbedderError("the service is down")
            return np.ones((len(texts), 4), np.float32)

        def question(self, text: str) -> np.ndarray:
            return np.ones(4, np.float32)

    good = [make_article(f"Pier {i}", f"Ship {i} came.") for i in range(ARTICLES)]
    bad = make_article("Storm", "A storm came.")
    with Archive.open(settings, create=True, embedder=Failing()) as archive:
        seen: list[str] = []
        with pytest.raises(EmbedderError, match="down"):
            seen.extend(outcome.id for outcome in archive.add([*good, bad]))
        assert len(seen) == archive.catalog.counts()[0] == ARTICLES
        assert results(archive, [make_article("After", "Calm came.")]) == ["added"]


def test_a_removed_article_is_found_no_more(archive: Archive, make_article: Make) -> None:
    one, other = archive.add([make_article("Pier", LONG), make_article("Ship", "A ship came.")])
    assert archive.remove([one.id, "no such id"]) == [one.id]
    assert titles(archive) == found(archive, "ship harbour") == {"Ship"}
    assert archive.lexical.count() == archive.vectors.count() == 1
    assert archive.remove([one.id]) == []
    assert archive.remove([other.id]) == [other.id]
    assert archive.catalog.counts() == (0, 0)


def test_a_removed_article_can_be_added_again(archive: Archive, make_article: Make) -> None:
    for _ in range(3):
        [outcome] = archive.add([make_article()])
        assert outcome.result == "added"
        archive.remove([outcome.id])


def test_an_id_is_resolved_from_its_start(archive: Archive, make_article: Make) -> None:
    outcomes = list(archive.add(make_article(f"Pier {i}", f"Ship {i} came.") for i in range(40)))
    whole = outcomes[0].id
    assert archive.resolve(whole) == archive.resolve(f" {whole} ") == whole
    assert archive.resolve("") is None
    assert archive.resolve("not hex") is None
    shared = next(o.id[0] for o in outcomes if sum(p.id[0] == o.id[0] for p in outcomes) > 1)
    assert archive.resolve(shared) is None


def test_an_archive_is_as_it_was_when_it_is_opened_again(
    archive: Archive, settings: Settings, embedder: Embedder, make_article: Make
) -> None:
    articles = [make_article(f"Pier {i}", LONG + str(i)) for i in range(3)]
    list(archive.add(articles))
    count = archive.vectors.count()
    archive.close()
    with Archive.open(settings, embedder=embedder) as again:
        assert titles(again) == found(again, "harbour") == {a.title for a in articles}
        assert again.vectors.count() == again.lexical.count() == count
        assert results(again, articles) == ["unchanged"] * 3


def test_several_threads_search_while_one_adds(archive: Archive, make_article: Make) -> None:
    faults: list[Exception] = []
    done = threading.Event()
    list(archive.add([make_article("Pier", "The harbour reopened.")]))

    def searching() -> None:
        try:
            while not done.is_set():
                assert "Pier" in found(archive, "harbour")
                assert archive.vectors.search(archive.embedder.question("harbour"), 1)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=searching) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(15):
        list(archive.add([make_article(f"Ship {number}", f"Ship {number} came.")]))
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []


def test_an_archive_that_is_not_there_is_refused_with_how_to_make_it(settings: Settings) -> None:
    with pytest.raises(ArchiveError) as caught:
        Archive.open(settings)
    assert str(settings.archive) in str(caught.value)
    assert "dateline ingest" in str(caught.value)
    assert not settings.archive.exists()


def test_an_archive_is_made_with_the_folders_above_it(
    settings: Settings, embedder: Embedder, tmp_path: Path
) -> None:
    deep = settings.model_copy(update={"archive": tmp_path / "a" / "b" / "c"})
    with Archive.open(deep, create=True, embedder=embedder) as archive:
        assert archive.catalog.counts() == (0, 0)
    with Archive.open(deep, embedder=embedder):
        pass


def test_a_tilde_in_the_folder_is_the_home_folder(
    settings: Settings, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    at_home = settings.model_copy(update={"archive": Path("~/archive")})
    with Archive.open(at_home, create=True, embedder=embedder) as archive:
        assert archive.folder == tmp_path / "home" / "archive"
    assert (tmp_path / "home" / "archive" / "catalog.sqlite3").is_file()


@pytest.mark.parametrize("below", ["", "sub/archive"])
@pytest.mark.parametrize("create", [True, False])
def test_a_folder_that_is_a_file_is_one_plain_error(
    create: bool, below: str, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("words")
    misplaced = settings.model_copy(update={"archive": tmp_path / "file" / below})
    with pytest.raises(ArchiveError):
        Archive.open(misplaced, create=create)
    assert (tmp_path / "file").read_text() == "words"


@pytest.mark.parametrize(
    "content", [b"no database at all " * 99, b"SQLite format 3\0" + b"x" * 999]
)
def test_a_catalog_that_is_no_database_is_one_plain_error(
    content: bytes, settings: Settings, embedder: Embedder
) -> None:
    settings.archive.mkdir()
    (settings.archive / "catalog.sqlite3").write_bytes(content)
    for create in (True, False):
        with pytest.raises(ArchiveError) as caught:
            Archive.open(settings, create=create, embedder=embedder)
        assert "catalog" in str(caught.value)
        assert "\n" not in str(caught.value)
    assert (settings.archive / "catalog.sqlite3").read_bytes() == content


def test_a_catalog_that_is_damaged_within_is_one_plain_error(
    archive: Archive, settings: Settings, embedder: Embedder, make_article: Make
) -> None:
    list(archive.add(make_article(f"Pier {i}", LONG + str(i)) for i in range(5)))
    archive.close()
    path = settings.archive / "catalog.sqlite3"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\x55" * (len(whole) - 4096))
    with pytest.raises(DamagedError, match="Put a backup"):
        Archive.open(settings, embedder=embedder)
    path.write_bytes(whole)
    with Archive.open(settings, embedder=embedder) as again:
        assert again.catalog.counts()[0] == 5


def test_an_archive_has_one_owner_at_a_time(
    archive: Archive, settings: Settings, embedder: Embedder
) -> None:
    with pytest.raises(ArchiveInUseError):
        Archive.open(settings, embedder=embedder)
    archive.close()
    Archive.open(settings, embedder=embedder).close()


def test_another_process_is_refused_and_told_who_holds_the_archive(
    archive: Archive, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("Harbour reopens\n\nIt reopened on Sunday.\n")
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "a.txt", "--archive", str(settings.archive)],
        capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert "in use by" in line and Path(sys.argv[0]).name in line
    assert archive.catalog.counts() == (0, 0)


PENDING = """
import sys, time
import numpy as np
from pathlib import Path
from ingest.archive.archive import Archive
from ingest.article import Article
from ingest.archive.catalog import Prepared
from ingest.sentences import split
from ingest.settings import Settings

class Embedder:
    name = "hash"

archive = Archive.open(Settings(archive=Path(sys.argv[1])), create=True, embedder=Embedder())
article = Article("key", "source", "Harbour reopens", sys.argv[2])
chunks = split(article.text)
vectors = np.eye(len(chunks), 32, dtype=np.float32)
archive.catalog.write([Prepared("killed", article, chunks, vectors)])
print("written", flush=True)
time.sleep(600)
"""


def test_what_a_killed_process_left_half_done_is_finished(
    settings: Settings, embedder: Embedder, spawn: Spawn
) -> None:
    process = spawn(PENDING, str(settings.archive), LONG)
    with pytest.raises(ArchiveInUseError, match=f"process {process.pid}"):
        Archive.open(settings, embedder=embedder)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Archive.open(settings, embedder=embedder) as archive:
        [stored] = archive.catalog.articles()
        assert (stored.id, archive.catalog.pending_count()) == ("killed", 0)
        rows = archive.catalog.chunks_of(["killed"])
        assert len(rows) == len(split(LONG))
        assert len(archive.lexical.among([row.id for row in rows], Filters())) == len(rows)
        vectors = list(archive.catalog.vectors([row.id for row in rows]).values())
        assert archive.vectors.self_hits(vectors) == archive.vectors.count() == len(rows)


def test_what_was_written_and_not_indexed_is_indexed_on_opening(
    archive: Archive, settings: Settings, embedder: Embedder, make_article: Make
) -> None:
    [kept, changed, removed] = archive.add(
        make_article(title, f"The {title} stands.") for title in ("Pier", "Mill", "Shed")
    )
    archive.close()
    catalog = Catalog(settings.archive / "catalog.sqlite3")
    catalog.write(
        [
            prepared(changed.id, make_article("Mill", "The mill fell."), embedder),
            prepared("new", make_article("Dock", "The dock stands."), embedder),
        ]
    )
    catalog.remove(removed.id)
    catalog.close()
    embedder.texts.clear()  # type: ignore[attr-defined]
    with Archive.open(settings, embedder=embedder) as again:
        assert again.catalog.pending_count() == 0
        assert again.catalog.removals(10) == []
        assert found(again, "stands") == {"Pier", "Dock"}
        assert found(again, "fell") == {"Mill"}
        assert again.lexical.count() == again.vectors.count() == 3
        assert kept.id in {stored.id for stored in again.catalog.articles()}
    assert embedder.texts == []  # type: ignore[attr-defined]


def test_an_archive_that_was_killed_in_good_order_is_not_embedded_again(
    archive: Archive, settings: Settings, embedder: Embedder, make_article: Make,
    leave_unclean: Callable[[Path], None],
) -> None:  # fmt: skip
    list(archive.add([make_article("Pier", LONG)]))
    archive.close()
    leave_unclean(settings.archive)
    before = len(embedder.texts)  # type: ignore[attr-defined]
    with Archive.open(settings, embedder=embedder) as again:
        assert found(again, "harbour") == {"Pier"}
    assert len(embedder.texts) == before  # type: ignore[attr-defined]


def prepared(new: str, article: Article, embedder: Embedder) -> Prepared:
    chunks = split(article.text)
    texts = [searched_text(article, *span) for span in chunks]
    return Prepared(new, article, chunks, embedder.passages(texts))


ADDRESS = "https://pier.example/2023/harbour-reopens"


@pytest.mark.parametrize(
    "other",
    [
        "http://pier.example/2023/harbour-reopens",
        "https://www.pier.example/2023/harbour-reopens/",
        f"{ADDRESS}?utm_source=feed#comments",
        f"{ADDRESS}?ncid=feed",
        f"{ADDRESS}?who-sent-you=a-friend",
    ],
)
def test_one_article_under_several_addresses_is_one(
    other: str, archive: Archive, make_article: Make
) -> None:
    story = " ".join(f"Ship number {n} came back to the pier on Sunday." for n in range(20))
    first = make_article(url=ADDRESS, key=address_key(ADDRESS), text=f"{story} Nobody was hurt.")
    second = replace(first, url=other, key=address_key(other), text=f"{story} One was hurt.")
    (added,) = archive.add([first])
    (again,) = archive.add([second])
    assert (added.result, again.result, again.id) == ("added", "updated", added.id)
    assert archive.counts()[0] == 1
    assert [outcome.result for outcome in archive.add([first])] == ["unchanged"]


def test_what_follows_the_question_mark_may_name_another_article(
    archive: Archive, make_article: Make
) -> None:
    texts = ("Ferries sail again from the pier.", "The board of the harbour has met in secret.")
    for number, text in enumerate(texts):
        address = f"https://pier.example/story.php?id={number}"
        article = make_article(url=address, key=address, title="Harbour news", text=text)
        assert [outcome.result for outcome in archive.add([article])] == ["added"]
