"""Inputs that once ended an ingest, lost words or made up a date; each must stay mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ingest.archive.archive import Archive
from ingest.archive.doctor import examine
from ingest.archive.filters import make_filters
from ingest.article import Article, Failure, PassedOver, normal_url
from ingest.clean import is_rubbish, strip_wire
from ingest.dates import parse_moment
from ingest.errors import ArchiveError, DatelineError, EmbedderError, SettingError
from ingest.run import ingest
from ingest.text import decode

LONG = (
    "The harbour reopened on Sunday after ten years of repairs, and ships from three countries "
    "came to the pier, officials of Port Haven said."
)


# A: a single bad input ends the whole ingest with an unexpected fault


@pytest.mark.parametrize("line", ["Port Haven, July 16 — ", "Port Haven, 16 July 2023 – "])
def test_a_capitalised_dateline_with_a_day_and_no_agency(line):
    wire = strip_wire(line + LONG)
    assert (wire.dateline, wire.body) == ("Port Haven", LONG)


def test_a_file_name_that_is_not_utf_8(tmp_path, embedder):
    folder = tmp_path / "in"
    folder.mkdir()
    name = os.fsdecode(b"caf\xe9.txt")
    (folder / name).write_text(f"Harbour\n\n{LONG}\n")
    report = ingest(folder, tmp_path / "archive", embedder=embedder)
    assert report.added + len(report.failed) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.jsonl", '{"title": "t", "text": ' + "[" * 700 + '"x"' + "]" * 700 + "}"),
        ("digits.json", '{"text": "%s", "n": %s}' % (LONG, "1" * 5000)),
        ("digits.jsonl", '{"text": "%s", "n": %s}' % (LONG, "1" * 5000)),
        ("date.jsonl", '{"text": "%s", "date": %s}' % (LONG, "1" * 400)),
        ("superscript.jsonl", json.dumps({"text": LONG, "date": "²" * 10})),
        ("offset.jsonl", json.dumps({"text": LONG, "date": "2023-07-16T09:10:00+99:00"})),
        ("yaml-deep.txt", f"---\ntitle: {'[' * 2000}\n---\nHarbour\n\n{LONG}\n"),
        ("yaml-bool.txt", f"---\na: !!bool maybe\n---\nHarbour\n\n{LONG}\n"),
        ("yaml-int.txt", f"---\na: !!int ''\n---\nHarbour\n\n{LONG}\n"),
        ("yaml-time.txt", f"---\na: !!timestamp x\n---\nHarbour\n\n{LONG}\n"),
        ("charset.html", f"<html><meta charset=undefined><p>{LONG}</p></html>"),
    ],
    ids=lambda v: v if len(v) < 20 else "",
)
def test_one_odd_file(name, content, write, read):
    assert read(write(name, content))


def test_a_line_of_capitals_and_hyphens_hangs():
    code = "from ingest.clean import strip_wire; strip_wire('A-' * 40 + 'A ' + 'x' * 40)"
    subprocess.run([sys.executable, "-c", code], timeout=60, check=True)


# B: articles lost


def test_a_short_json_line_with_a_control_byte_loses_all_lines_after_it(write, read):
    rows = [json.dumps({"id": i, "title": f"T{i}", "text": LONG}) for i in (1, 2)]
    items = read(write("a.jsonl", f'{rows[0]}\n{{"id": 9, "text": "\x00"}}\n{rows[1]}\n'))
    assert [type(item) for item in items] == [Article, Failure, Article]


def test_an_updated_text_that_a_new_file_carries_is_lost(archive, make_article):
    old = make_article("Harbour", LONG, key="a.txt")
    list(archive.add([old]))
    batch = [
        make_article("Mayor", "The mayor left.", key="a.txt"),
        make_article("Harbour", LONG, key="b.txt"),
    ]
    assert [o.result for o in archive.add(batch)] == ["updated", "added"]
    assert {s.article.text for s in archive.catalog.articles()} == {LONG, "The mayor left."}


def test_addresses_that_differ_in_a_query_without_value():
    assert normal_url("https://x.example/story?123") != normal_url("https://x.example/story?456")


def test_records_with_a_text_only(write, read):
    rows = [json.dumps({"text": f"{LONG} It was day {i}."}) for i in range(3)]
    items = read(write("a.jsonl", "\n".join(rows)))
    assert [type(item) for item in items] == [Article] * 3


def test_an_untitled_record_of_one_short_line(write, read):
    [item] = read(
        write("a.jsonl", json.dumps({"id": 1, "text": "The harbour reopened on Sunday."}))
    )
    assert isinstance(item, Article) and item.text == "The harbour reopened on Sunday."


@pytest.mark.parametrize("encoding", ["utf-16-le"])
def test_json_lines_in_utf_16_without_a_mark(encoding, write, read):
    rows = [json.dumps({"id": i, "title": f"T{i}", "text": LONG}) for i in range(3)]
    items = read(write("a.jsonl", "\n".join(rows).encode(encoding)))
    assert [type(item) for item in items] == [Article] * 3


# C: the indexes


def test_a_repair_with_an_embedder_that_cannot_be_loaded_empties_both_indexes(
    settings, make_article
):
    with Archive.open(settings, create=True) as archive:
        list(archive.add([make_article()]))
    with pytest.raises(DatelineError):
        examine(settings.model_copy(update={"embeddings": "nonsense"}), repair=True)
    with Archive.open(settings) as archive:
        assert (archive.lexical.count(), archive.vectors.count()) == (1, 1)


class Breaking:
    name = "other"

    def __init__(self, embedder):
        self.inner, self.calls = type(embedder)("other", 16), 0

    def passages(self, texts):
        self.calls += 1
        if self.calls > 2:
            raise EmbedderError("the service is down")
        return self.inner.passages(texts)

    def question(self, text):
        return self.inner.question(text)


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_change_of_embedder_that_is_broken_off(
    rebuild, archive, settings, embedder, make_article
):
    list(archive.add(make_article(f"P{i}", f"Ship {i} came.") for i in range(5)))
    archive.close()
    with pytest.raises(EmbedderError):
        Archive.open(settings, embedder=Breaking(embedder), rebuild=True)
    with Archive.open(settings, embedder=embedder, rebuild=rebuild) as again:
        assert (again.lexical.count(), again.vectors.count()) == (5, 5)


def _damage(folder):
    for path in (folder / "lexical").glob("*.*"):
        if path.suffix in (".term", ".idx", ".store", ".fast", ".pos"):
            path.write_bytes(b"\x55" * path.stat().st_size)


def test_healing_on_opening_changes_the_embedder_without_being_asked(
    archive, settings, embedder, make_article, leave_unclean
):
    list(archive.add([make_article()]))
    archive.close()
    _damage(archive.folder)
    leave_unclean(archive.folder)
    with pytest.raises(EmbedderError, match="--repair"):
        Archive.open(settings, embedder=type(embedder)("other", 16)).close()


def test_the_doctor_on_a_catalog_damaged_within(archive, settings, make_article):
    list(archive.add(make_article(f"P{i}", LONG + str(i)) for i in range(5)))
    archive.close()
    path = settings.archive / "catalog.sqlite3"
    path.write_bytes(path.read_bytes()[:4096] + b"\x55" * 60_000)
    with pytest.raises(ArchiveError):
        examine(settings)


# D: dates that the text does not state


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 03/04/2023",
        "10:30 03/04/2023",
        "03 04 2023",
        "03/04/2023T10:00",
        "03/04/23 10:00 +0000",
        "10-11-12 2023",
        "7 7 0 2023",
        "1 Jan 0001",
        "Sunday, February 2023",
        "Friday July 2023",
    ],
)
def test_no_certain_date(text):
    assert parse_moment(text) is None


# E: words and fields lost


@pytest.mark.parametrize(
    "line",
    [
        "Copyright infringement claims against the studio were dismissed on Monday.",
        "Privacy policy changes at the company drew criticism.",
        "Signing up for the armed forces has become easier, the ministry said.",
        "Share the wealth, protesters chanted as they marched.",
        "More news from the front is expected tonight.",
        "Related stories of survival emerged on Monday from the camps.",
        "Terms of service for seafarers were agreed.",
        "Follow me, the guide told the hikers.",
    ],
)
def test_a_sentence_taken_for_rubbish(line):
    assert not is_rubbish(line)


def test_a_lead_that_starts_with_by_and_names_places():
    lead = "By Thursday night, Port Haven, Stone Bay and most of the coast were under water."
    wire = strip_wire(f"{lead}\n\n{LONG}")
    assert (wire.authors, wire.body) == ((), f"{lead}\n\n{LONG}")


@pytest.mark.parametrize(
    "lead",
    [
        "GDP - the broadest measure of output - fell 0.2% in the quarter.",
        "AI - the technology behind chatbots - has come to Port Haven.",
    ],
)
def test_an_acronym_before_a_dash_is_no_dateline(lead):
    assert strip_wire(lead).body == lead


def test_byline_and_date_above_hard_wrapped_lines(article_of):
    article = article_of(
        "a.txt",
        "Harbour reopens\nBy Ann Bay\nPublished: 16 July 2023\n\nThe harbour reopened on Sunday\n"
        "after ten years of repairs.\n\nShips came.\n",
    )
    assert article.authors == ("Ann Bay",)
    assert article.published is not None
    assert article.text.startswith("The harbour")


def test_a_page_whose_heading_differs_from_its_metadata(article_of):
    body = "".join(f"<p>{LONG} Part {i}.</p>" for i in range(4))
    page = (
        '<html><head><meta property="og:title" content="Harbour open again"></head><body><article>'
        f"<h1>Harbour reopens</h1><p>PORT HAVEN (Harbour Wire) - {LONG}</p>{body}</article></body></html>"
    )
    article = article_of("a.html", page)
    assert (article.dateline, article.agency) == ("PORT HAVEN", "Harbour Wire")
    assert article.text.startswith("The harbour reopened")


def test_a_page_that_declares_iso_8859_1_keeps_its_quotation_marks():
    page = b'<html><meta charset="iso-8859-1"><p>The pier\x92s keeper said \x93now\x94.</p></html>'
    assert "The pier’s keeper said “now”." in decode(page)


def test_a_false_declaration_of_utf_16():
    page = '<html><meta charset="utf-16"><p>The café is open to all.</p></html>'
    assert decode(page.encode()) == page


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "港口的灯塔星期天重新开放。船只在漫长的冬天之后回家。市长对记者说，修理花了三年时间。",
            "gb18030",
        ),
        (
            "Маяк в порту снова открылся в воскресенье. Корабли возвращаются домой после долгой зимы.",
            "cp1251",
        ),
    ],
)
def test_a_short_text_in_an_encoding_of_another_family(text, encoding):
    assert decode(text.encode(encoding)) == text


def test_text_before_a_block_is_glued_to_it(article_of):
    text = f"{LONG}<p>Ships came.</p>"
    assert (
        article_of("a.json", json.dumps({"title": "T", "text": text})).text
        == f"{LONG}\n\nShips came."
    )


# F: small


def test_a_list_of_numbers_in_a_folder_is_passed_over(write, read):
    path = write("numbers.json", "[1, 2, 3]")
    assert read(path.parent) == [PassedOver(str(path))]


def test_a_line_above_10_mb_is_one_failure_and_moves_no_line_number(write, read):
    long = json.dumps({"id": 2, "text": "harbour " * 1_400_000})
    path = write(
        "a.jsonl", f"{json.dumps({'id': 1, 'title': 'T', 'text': LONG})}\n{long}\n{{broken\n"
    )
    assert [i.source for i in read(path) if isinstance(i, Failure)] == [f"{path}:2", f"{path}:3"]


def test_an_empty_range_names_the_bound_that_ends_it():
    with pytest.raises(SettingError, match="2023-01-01"):
        make_filters(since="2023-06-01", until="2023-12-31", as_of="2023-01-01")


def test_the_archive_within_the_folder_is_no_source(write, embedder):
    folder = write("a.txt", f"Harbour\n\n{LONG}\n").parent
    report = ingest(folder, folder / "archive", embedder=embedder)
    assert (report.added, report.passed_over, report.failed) == (1, [], [])


def test_two_files_whose_names_begin_alike_are_two_files_of_the_progress(write, archive):
    seen = []
    for name in ("a.json", "a.jsonl"):
        write(name, json.dumps({"id": 1, "title": name, "text": f"{LONG} {name}"}))
    folder = write("b.txt", f"Harbour\n\n{LONG}").parent
    ingest(folder, archive, progress=lambda state: seen.append(state.files))
    assert seen[-1] == 3
