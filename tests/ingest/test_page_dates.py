"""When a page was published: what it marks as that, what stands near its headline, and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import html

from assistant.results import day_in_words
from ingest.archive.rows import record_of
from ingest.article import Article, Moment
from ingest.dates import days_of_line
from ingest.sources.page.published import days_near_headline, stated_moment

Read = Callable[[str, "str | bytes"], Article]
DAY = "2021-07-03"
STORY = "".join(
    f"<p>{text}</p>"
    for text in (
        "The ferry from Port Ellery sailed again on Monday, three weeks after a crane fell on it.",
        "Forty passengers and a flock of sheep were on board, and nobody asked for a refund.",
        "The harbour board has promised a second berth before the winter, but not who pays for it.",
    )
)


def page(
    below: str = "", above: str = "", after: str = "", head: str = "", lang: str = "en"
) -> str:
    return (
        f"<html lang='{lang}'><head><title>Ferry sails again</title>{head}</head><body>{above}"
        f"<article><h1>Ferry sails again</h1>{below}{STORY}</article>{after}</body></html>"
    )


def written_day(text: str, language: str = "") -> str | None:
    published, updated, _ = days_of_line(text, language)
    return (published or updated or "")[: len(DAY)] or None


def near(below: str = "", above: str = "", after: str = "", lang: str = "en") -> str | None:
    tree = html.document_fromstring(page(below, above, after))
    found, _ = days_near_headline(tree, tree.find(".//h1"), lang)
    assert found is None or found.origin == "text"
    return found.iso if found else None


def stated(body: str, lang: str = "en") -> str | None:
    tree = html.document_fromstring(page(body))
    found = stated_moment(tree, tree.find(".//h1"), lang)
    assert found is None or found.origin == "metadata"
    return found.iso if found else None


@pytest.mark.parametrize(
    "markup",
    [
        "<meta itemprop='datePublished' content='2021-07-03'>",
        "<span itemprop='datePublished'>3 July 2021</span>",
        "<time itemprop='datePublished' datetime='2021-07-03'>Saturday</time>",
        "<time pubdate datetime='2021-07-03'>Saturday</time>",
        "<time class='published' datetime='2021-07-03'>Saturday</time>",
        "<time class='entry-date published'>July 3, 2021</time>",
        "<time class='posted-on'>July 3, 2021</time>",
        "<abbr class='published' title='2021-07-03'>Saturday</abbr>",
        "<header><time datetime='2021-07-03'>Saturday</time></header>",
        "<span class='entry-date'>July 3, 2021</span>",
        "<div class='post-date'>Posted on July 3, 2021</div>",
        "<span class='pubdate'>3.7.2021</span>",
        "<p class='date-published'>3 July 2021</p>",
        "<p class='publish-date'>3 July 2021</p>",
        "<p class='dateline'>Port Ellery, 3 July 2021</p>",
        "<p class='article-date'>3 July 2021</p>",
        "<p class='article__date'>3 July 2021</p>",
    ],
)
def test_a_date_that_is_marked_as_the_publication_is_found(markup: str) -> None:
    assert stated(markup) == DAY


def test_the_time_of_the_markup_is_more_exact_than_the_words() -> None:
    markup = "<time class='published' datetime='2021-07-03T09:10:00+02:00'>3 July 2021</time>"
    assert stated(markup) == "2021-07-03T09:10:00+02:00"


@pytest.mark.parametrize(
    "markup",
    [
        "<time class='published' datetime='2021-07-03'>Updated 3 July 2021</time>",
        "<span class='entry-date'>Last modified: 3 July 2021</span>",
        "<span class='post-date'>Aktualisiert am 3. Juli 2021</span>",
        "<span class='post-date'>Mis à jour le 3 juillet 2021</span>",
        "<span class='post-date'>Actualizado el 3 de julio de 2021</span>",
        "<time>3 July 2021</time>",
        "<div class='related'><time class='published' datetime='2021-07-03'>x</time></div>",
        "<div id='comments'><time class='published' datetime='2021-07-03'>x</time></div>",
        "<aside><span class='post-date'>3 July 2021</span></aside>",
        "<div class='sidebar'><span class='entry-date'>3 July 2021</span></div>",
        "<div class='recent-posts'><span class='post-date'>3 July 2021</span></div>",
        "<div class='upcoming events'><span class='dateline'>3 July 2021</span></div>",
        "<span class='published'>a while ago</span>",
        "<span class='published' datetime='soon'>Saturday</span>",
    ],
)
def test_what_is_not_marked_as_the_publication_is_no_date(markup: str) -> None:
    assert stated(markup) is None


def test_what_surrounds_the_headline_is_no_aside() -> None:
    tree = html.document_fromstring(
        page("<span class='post-date'>3 July 2021</span>").replace(
            "<article>", "<article class='related'>"
        )
    )
    found = stated_moment(tree, tree.find(".//h1"), "en")
    assert found == Moment(DAY, "metadata")


@pytest.mark.parametrize(
    "line",
    ["<p>3 July 2021</p>", "<div>July 3, 2021</div>", "<p>By Ida Holm, 3 July 2021</p>",
     "<p>Posted on July 3, 2021 at 9:10 by Ida Holm</p>", "<div><span>Sat</span> 3 July 2021</div>",
     "<small>2021-07-03</small>", "<div class='meta'>Isles / Ferries / 3 July 2021 / 4 min to read</div>",
     "<time datetime='2021-07-03'>Saturday</time>"],
)  # fmt: skip
def test_the_day_below_the_headline_is_found(line: str) -> None:
    assert near(line) == DAY


def test_a_day_above_the_headline_is_found() -> None:
    assert near(above="<div class='date'>3 July 2021</div>") == DAY


def test_the_day_nearest_to_the_headline_wins() -> None:
    assert near("<p>3 July 2021</p><p>5 May 2019</p>") == DAY
    filler = "<div>Isles</div>" * 4
    assert near(f"{filler}<p>5 May 2019</p>", above="<p>3 July 2021</p>") == DAY
    assert near("<p>3 July 2021</p>", above="<p>5 May 2019</p>") == DAY


@pytest.mark.parametrize(
    "label",
    ["Updated", "Last updated:", "UPDATED ON", "Last modified", "Zuletzt aktualisiert", "Mis à jour le",
     "Actualizado:", "Edited", "Last change:"],
)  # fmt: skip
def test_a_label_of_an_update_is_never_the_publication(label: str) -> None:
    assert near(f"<p>{label} 5 May 2021</p>") is None
    assert near(f"<p>{label} 5 May 2021</p><p>3 July 2021</p>") == DAY


@pytest.mark.parametrize("label", ["Modifié le", "Actualizada el", "Zuletzt bearbeitet"])
def test_a_label_of_an_update_in_other_languages_is_known(label: str) -> None:
    assert near(f"<p>{label} 5 May 2021</p>") is None


@pytest.mark.parametrize(
    "label",
    ["Aggiornato il", "Atualizado em", "Bijgewerkt op", "Uppdaterad", "Opdateret", "Oppdatert",
     "Päivitetty", "Обновлено", "Güncelleme", "Geändert am"],
)  # fmt: skip
def test_a_label_of_an_update_in_any_listed_language_is_known(label: str) -> None:
    assert near(f"<p>{label} 5 May 2021</p>") is None


@pytest.mark.parametrize(
    "aside",
    [
        "<div class='comments'><p>3 July 2021</p></div>",
        "<ol class='commentlist'><li>Loud Voice, 3 July 2021</li></ol>",
        "<div class='related'><p class='date'>3 July 2021</p></div>",
        "<div class='related-articles'><p class='date'>3 July 2021</p></div>",
        "<aside><p>3 July 2021</p></aside>",
        "<div class='sidebar'><p>3 July 2021</p></div>",
        "<div class='recommended'><time datetime='2021-07-03'>x</time></div>",
        "<footer><p>3 July 2021</p></footer>",
        "<div id='site-footer'><p>3 July 2021</p></div>",
        "<div class='copyright'>Posted 3 July 2021</div>",
        "<div class='reply'>3 July 2021</div>",
        "<div class='events'>3 July 2021</div>",
    ],
)
def test_days_beside_the_story_are_not_taken(aside: str) -> None:
    assert near(after=aside) is None
    assert near(above=aside) is None


def test_the_footer_of_the_article_itself_is_no_aside() -> None:
    assert near("<footer><p>Posted on 3 July 2021</p></footer>") == DAY


@pytest.mark.parametrize(
    "sentence",
    [
        "The ferry was built on 3 July 2021 by a yard that has since closed.",
        "On 3 July 2021 it sailed for the first time, and everybody cheered.",
        "„Am 3. Juli 2021 war ich selbst an Bord der Fähre“, sagte er.",
        "It sailed <b>on 3 July 2021</b> for the first time, and everybody cheered.",
        "It sailed <time datetime='2021-07-03'>on 3 July 2021</time> and everybody cheered loudly.",
    ],
)
def test_days_in_the_story_are_not_taken(sentence: str, article_of: Read) -> None:
    assert near(f"<p>{sentence}</p>") is None
    published = article_of("a.html", page(f"<p>{sentence}</p>")).published
    assert published is None or published.origin == "guess"


def test_without_a_headline_no_day_is_near_it() -> None:
    tree = html.document_fromstring("<html><body><p>3 July 2021</p></body></html>")
    assert days_near_headline(tree, None, "en") == (None, None)


@pytest.mark.parametrize(
    ("head", "below", "moment"),
    [
        ("<meta property='article:published_time' content='2021-07-03'>", "<p>5 May 2019</p>", Moment(DAY, "metadata")),
        ("<meta property='article:published_time' content='soon'>", "<p>3 July 2021</p>", Moment(DAY, "text")),
        ("<meta property='article:modified_time' content='2021-08-01'>", "<p>3 July 2021</p>", Moment(DAY, "text")),
        ("<meta name='date' content='2019-05-05'>", "<p>3 July 2021</p>", Moment(DAY, "text")),
        ("<meta name='date' content='2021-07-03'>", "", Moment(DAY, "metadata")),
        ("<link rel='canonical' href='https://packet.example/2021/07/03/ferry'>", "<p>5 May 2019</p>", Moment(DAY, "url")),
        ("<link rel='canonical' href='https://packet.example/2019/05/05/ferry'>", "<time class='published'>3 July 2021</time>", Moment(DAY, "metadata")),
        ("<meta property='article:published_time' content='2999-07-03'>", "", None),
        ("<meta property='article:modified_time' content='2021-07-03'>", "", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_the_surest_date_of_a_page_counts(
    head: str, below: str, moment: Moment | None, article_of: Read
) -> None:
    assert article_of("a.html", page(below, head=head)).published == moment


@pytest.mark.parametrize("lang", ["de", "fr-FR", "es", "it", "pt_BR", "DE-AT"])
def test_slashes_are_day_first_outside_english(lang: str, article_of: Read) -> None:
    assert written_day("03/07/2021", lang) == DAY
    assert article_of("a.html", page("<p>03/07/2021</p>", lang=lang)).published == Moment(
        DAY, "text"
    )


@pytest.mark.parametrize("lang", ["", "en", "en-GB", "EN-us", "en_US"])
@pytest.mark.parametrize("text", ["03/07/2021", "3-7-2021", "Published 03/07/2021, 9:10"])
def test_slashes_of_an_english_page_are_certain_for_nobody(text: str, lang: str) -> None:
    assert written_day(text, lang) is None


def test_slashes_of_a_page_that_names_its_language_in_a_meta_tag_only(article_of: Read) -> None:
    head = "<meta property='og:locale' content='en_US'>"
    markup = page("<p class='date'>03/07/2021</p>", head=head).replace(" lang='en'", "")
    assert article_of("a.html", markup).published == Moment(DAY, "guess")  # or the 7th of March


@pytest.mark.parametrize(
    ("text", "day"),
    [("13/07/2021", "2021-07-13"), ("31-12-2020", "2020-12-31"), ("07/07/2021", "2021-07-07"),
     ("07/13/2021", "2021-07-13"), ("2021/07/03", DAY), ("2021-7-3", DAY), ("2021.07.03", DAY)],
)  # fmt: skip
def test_slashes_of_an_english_page_that_are_certain_nevertheless(
    text: str, day: str | None
) -> None:
    assert written_day(text, "en") == day


@pytest.mark.parametrize(
    ("text", "day"),
    [("3.7.2021", DAY), ("03.07.2021, 9:10 Uhr", DAY), ("3. 7. 2021", DAY), ("03.07.21", DAY),
     ("3.7.21", DAY), ("Stand: 03.07.21", DAY), ("13.13.21", None), ("3.7.21.4", None),
     ("1.3.7.21", None), ("12.3.7.2021", None), ("10.30.2021", None)],
)  # fmt: skip
def test_numbers_with_dots_are_day_first(text: str, day: str | None) -> None:
    assert written_day(text, "de") == day


@pytest.mark.parametrize(
    "text",
    ["3 July 2021", "3rd July 2021", "3rd of July, 2021", "July 3, 2021", "July 3rd, 2021", "Jul. 3, 2021",
     "JULY 3 2021", "Sat, 3 Jul 2021 09:10", "03-Jul-2021", "3. Juli 2021", "3 juillet 2021",
     "3 de julio de 2021", "3 de julio del 2021", "3 luglio 2021", "3 de julho de 2021", "3 juli 2021",
     "3. juli 2021", "3 lipca 2021", "3 июля 2021 г.", "3 липня 2021", "3 Temmuz 2021",
     "3. heinäkuuta 2021", "3 iulie 2021", "3 de juliol de 2021", "2021年7月3日", "2021년 7월 3일",
     "Posted on 3 July 2021 | Isles", "on July 3, 2021 and July 9, 2021"],
)  # fmt: skip
def test_a_day_written_out_is_read_in_many_languages(text: str) -> None:
    assert written_day(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [("1er janvier 2020", "2020-01-01"), ("1º de maio de 2019", "2019-05-01"),
     ("1° febbraio 2019", "2019-02-01"), ("5 août 2019", "2019-08-05"), ("7. März 2019", "2019-03-07"),
     ("7. Jänner 2019", "2019-01-07"), ("3 grudnia 2018", "2018-12-03"), ("9 Şubat 2018", "2018-02-09"),
     ("31 d'agost de 2018", "2018-08-31"), ("29 February 2020", "2020-02-29"),
     ("1 листопада 2018", "2018-11-01"), ("1 listopada 2018", "2018-11-01"),
     ("3. července 2021", DAY), ("3. června 2021", "2021-06-03")]
)  # fmt: skip
def test_months_are_known_by_their_names(text: str, day: str | None) -> None:
    assert written_day(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "July 2021", "3 July", "30 February 2021", "31.4.2021", "2021-13-01", "2021-00-10", "0.7.2021",
     "3 July 1599", "3 July 21", "tomorrow", "3 Jubilee 2021", "12:03:2021", "2021",
     "99 July 2021", "29 February 2021", "3 July 20213", "Room 3, July", "3 marching 2021"],
)  # fmt: skip
def test_what_is_no_whole_day_is_none(text: str) -> None:
    assert written_day(text) is None


def test_nothing_later_than_tomorrow_counts() -> None:
    tomorrow, later = (datetime.now(timezone.utc) + timedelta(days=n) for n in (1, 3))
    assert written_day(tomorrow.strftime("%d.%m.%Y")) == tomorrow.date().isoformat()
    assert written_day(later.strftime("%d.%m.%Y")) is None
    assert written_day("3.7.99") is None


# Month names as the Unicode CLDR gives them for dates, in the languages that the module lists.
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
}  # fmt: skip
_FORMS = ["{day} {month} {year}", "{day}. {month} {year}", "{day} de {month} de {year}",
          "{month} {day}, {year}", "am {day}. {month} {year} um 9 Uhr", "{day:02d}-{month}-{year}"]  # fmt: skip
_DAYS = st.dates(date(1600, 1, 1), date(2024, 5, 6))


@given(_DAYS, st.sampled_from(sorted(MONTHS)), st.sampled_from(_FORMS), st.sampled_from([str, str.upper, str.lower]))  # fmt: skip
@settings(deadline=None, database=None, max_examples=400)
def test_any_day_written_out_in_any_language_is_read_back(
    day: date, language: str, form: str, case: Callable[[str], str]
) -> None:
    name = case(MONTHS[language].split()[day.month - 1])
    assume(language != "tr" or case is not str.upper)  # see the tests below
    text = form.format(day=day.day, month=name, year=day.year)
    assert written_day(text, language) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "day"),
    [("5 MAYIS 2021", "2021-05-05"), ("5 KASIM 2020", "2020-11-05"), ("5 ARALIK 2020", "2020-12-05"),
     ("5 HAZİRAN 2020", "2020-06-05"), ("5. Auguſt 1780", "1780-08-05")],
)  # fmt: skip
def test_months_in_capitals_and_old_print_are_known(text: str, day: str) -> None:
    assert written_day(text) == day


def test_a_date_line_in_turkish_capitals_costs_no_page(article_of: Read) -> None:
    assert article_of("a.html", page("<p class='date'>5 MAYIS 2021</p>", lang="tr")).text


def test_every_hungarian_month_is_known() -> None:
    names = "január február március április május június július augusztus szeptember október november december"
    days = [written_day(f"2021. {name} 3.", "hu") for name in names.split()]
    assert days == [f"2021-{month:02d}-03" for month in range(1, 13)]


@given(_DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y年%m月%d日"]))
@settings(deadline=None, database=None, max_examples=200)
def test_any_day_in_plain_numbers_is_read_back(day: date, form: str) -> None:
    text = (
        form.replace("%Y", f"{day.year}").replace("%m", f"{day.month}").replace("%d", f"{day.day}")
    )
    assert written_day(text, "") == day.isoformat()


_ODD = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(["3", "31", "٣", "²", ".", "/", "-", "July", "İ", "2021", " ", "de", "年", "1er", "20²1", "July,"])).map("".join),
)  # fmt: skip


@given(_ODD, st.sampled_from(["", "en", "de", "xx-", "-", "tr"]))
@settings(deadline=None, database=None, max_examples=500)
def test_any_text_gives_a_day_of_the_past_or_none(text: str, language: str) -> None:
    day = written_day(text, language)
    assert day is None or date(1600, 1, 1) <= date.fromisoformat(day) <= date.today() + timedelta(
        days=1
    )


@given(_ODD)
@settings(deadline=None, database=None, max_examples=100)
def test_any_text_below_a_headline_breaks_nothing(text: str) -> None:
    tree = html.document_fromstring(
        "<html><body><h1>Ferry</h1><p class='published'></p></body></html>"
    )
    node = tree.find(".//p")
    assert node is not None
    node.text = "".join(c for c in text if c.isprintable() and not "\ud800" <= c <= "\udfff")
    heading = tree.find(".//h1")
    for moment in (stated_moment(tree, heading, "de"), *days_near_headline(tree, heading, "de")):
        assert moment is None or date.fromisoformat(moment.iso[:10]).year >= 1600


@pytest.mark.parametrize(
    ("below", "published", "updated"),
    [
        ("<p class='changed'>Updated <time datetime='2021-07-03T09:00:00Z'>3 July 2021</time></p>", None, "2021-07-03T09:00:00+00:00"),
        ("<p>Last updated on 3 July 2021</p>", None, DAY),
        ("<p>Published 1 July 2021, updated 3 July 2021</p>", "2021-07-01", DAY),
        ("<p>1 July 2021</p><p>Updated 3 July 2021</p>", "2021-07-01", DAY),
        ("<time class='entry-date published' datetime='2021-07-01'>x</time><time class='updated' datetime='2021-07-03'>x</time>", "2021-07-01", DAY),
        ("<p>1 July 2021</p><meta itemprop='dateModified' content='2021-07-03'>", "2021-07-01", DAY),
    ],
)  # fmt: skip
def test_an_update_that_is_shown_is_the_update_and_never_the_publication(
    below: str, published: str | None, updated: str | None, article_of: Read
) -> None:
    article = article_of("a.html", page(below))
    assert (article.published.iso if article.published else None) == published
    assert (article.updated.iso if article.updated else None) == updated


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("pt", "Por Rui Falé em 13/07/2021 11:05<br>Atualizado por Rui Falé em 15/07/2021 16:22"),
        ("es", "Por Rui Falé, 13/07/2021 a las 11:05<br>Actualizado: 15/07/2021"),
        ("de", "Von Rui Falé, 13.07.2021, 11:05 Uhr<br>Aktualisiert am 15.07.2021"),
        ("fr", "Par Rui Falé le 13 juillet 2021 à 11h05<br>Mis à jour le 15 juillet 2021"),
        ("it", "di Rui Falé 13 luglio 2021<br>Aggiornato il 15 luglio 2021"),
        ("nl", "Door Rui Falé op 13 juli 2021<br>Bijgewerkt op 15 juli 2021"),
    ],
)
def test_byline_and_days_in_other_languages_are_read_and_leave_the_text(
    lang: str, lines: str, article_of: Read
) -> None:
    article = article_of("a.html", page(f"<p class='info'>{lines}</p>", lang=lang))
    assert article.authors == ("Rui Falé",)
    assert article.published is not None and article.published.iso[:10] == "2021-07-13"
    assert article.updated is not None and article.updated.iso[:10] == "2021-07-15"
    assert "Falé" not in article.text and "2021" not in article.text


def test_a_day_that_is_merely_guessed_is_marked(article_of: Read) -> None:
    """A page that says nowhere when it is from, with a day in its story."""
    story = "<p>It sailed <time datetime='2021-07-03'>on 3 July</time> and all cheered loudly.</p>"
    article = article_of("a.html", page(story))
    assert article.published == Moment(DAY, "guess")
    assert day_in_words(article) == "about 3 July 2021"
    assert article.dated is None and record_of(article)["published_at"] is None
