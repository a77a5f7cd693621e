"""Pages that are no article are refused with a plain reason, and articles like them are kept."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ingest.article import Article
from ingest.errors import UnreadableError
from ingest.sources.page.html_page import article_of_page

Read = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
SENTENCES = [
    "The ferry from Port Ellery sailed again on Monday, three weeks after a crane fell on it.",
    "Forty passengers and a flock of sheep were on board, and nobody asked for a refund.",
    "The harbour board has promised a second berth before the winter, but not who pays for it.",
    "Islanders had lived on what two fishing boats could carry, and the shop had run out of flour.",
]
ERROR, CHECK = "it is an error page", "it is a check for robots"
COOKIES, PAYWALL = "it shows a cookie notice", "the rest is behind a paywall"
LISTED = "it is a list of articles"


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(title: str, body: str, head: str = "", h1: str | None = None, lang: str = "en") -> str:
    return (
        f"<html lang='{lang}'><head><title>{title}</title>{head}</head><body><main>"
        f"<h1>{title if h1 is None else h1}</h1>{body}</main></body></html>"
    )


def long_story(times: int = 6) -> str:
    return paragraphs(*(f"{text} That was day {n}." for n in range(times) for text in SENTENCES))


@pytest.mark.parametrize(
    ("title", "said", "lang"),
    [
        ("404", "The page that you asked for has gone. Try our front page or the search above.", "en"),
        ("404 Not Found", "nginx could not find the page that you have asked this server for.", "en"),
        ("Error 404", "There is nothing here any more, and we are very sorry about that.", "en"),
        ("Page not found", "There is nothing here any more, and we are very sorry about that.", "en"),
        ("Oops! Page not found", "There is nothing here any more; we are very sorry about that.", "en"),
        ("The page cannot be found", "There is nothing here any more, and we are sorry about it.", "en"),
        ("403 Forbidden", "You have no right to see the page that you have asked for here.", "en"),
        ("Access Denied", "You have no right to see the page that you have asked for here.", "en"),
        ("500 Internal Server Error", "Something broke on our side. Please come back a bit later.", "en"),
        ("502 Bad Gateway", "Something broke on our side. Please come back a little bit later.", "en"),
        ("Service Unavailable", "Something broke on our side. Please come back a little later.", "en"),
        ("Seite nicht gefunden", "Unter dieser Adresse liegt bei uns leider nichts mehr, suchen Sie oben.", "de"),
        ("Page introuvable", "Il n’y a plus rien à cette adresse, et nous en sommes désolés.", "fr"),
        ("Página no encontrada", "Ya no hay nada en esta dirección, y lo sentimos de verdad.", "es"),
        ("Pagina non trovata", "A questo indirizzo non c’è più niente, e ci dispiace davvero.", "it"),
        ("Pagina niet gevonden", "Op dit adres staat niets meer, en dat spijt ons echt heel erg.", "nl"),
    ],
)  # fmt: skip
def test_an_error_page_is_refused(title: str, said: str, lang: str, reason_of: Reason) -> None:
    reason = reason_of("a.html", page(title, paragraphs(said), lang=lang))
    assert reason.startswith(f"{ERROR} ({title[:10]}")


def test_an_error_in_the_title_alone_is_one(reason_of: Reason) -> None:
    markup = page("404 Not Found - Ellery Packet", paragraphs(*SENTENCES[:2]), h1="Lost at sea")
    assert ERROR in reason_of("a.html", markup)


@pytest.mark.parametrize(
    ("title", "said", "reason"),
    [
        (
            "Just a moment...",
            "This takes a few seconds, then you are led on to the page itself.",
            ERROR,
        ),
        (
            "Attention Required!",
            "Please solve the riddle below, so that we know who you are.",
            ERROR,
        ),
        ("Are you a robot?", "Please solve the riddle below, so that we know who you are.", ERROR),
        ("Security check", "Please solve the riddle below, so that we know who you are.", ERROR),
        (
            "Ellery Packet",
            "Please enable JavaScript and reload the page to go on to the news.",
            CHECK,
        ),
        (
            "Ellery Packet",
            "We have noticed unusual traffic from where you are, so please wait.",
            CHECK,
        ),
        (
            "Ellery Packet",
            "Checking your browser before you go on. Ray ID 12ab34cd, thank you.",
            CHECK,
        ),
        (
            "Ellery Packet",
            "Sorry, you have been blocked from reading the pages of this paper.",
            CHECK,
        ),
    ],
)
def test_a_check_for_robots_is_refused(
    title: str, said: str, reason: str, reason_of: Reason
) -> None:
    assert reason in reason_of("a.html", page(title, paragraphs(said)))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["We and our partners store cookies on your device, with your consent, to show you adverts.",
                "You can take back your consent at any time; our cookies and privacy policy explain how.",
                "Our partners handle your personal data, and some vendors do so without your consent."]),
        ("de", ["Wir verwenden Cookies und verarbeiten personenbezogene Daten, wenn Sie einwilligen.",
                "Die Einwilligung können Sie jederzeit widerrufen; mehr dazu steht beim Datenschutz hier.",
                "Ohne Einwilligung sehen Sie Werbung, mit Cookies sehen Sie Werbung, die zu Ihnen passt."]),
        ("fr", ["Nos partenaires et nous déposons des cookies et lisons vos données personnelles.",
                "Sans cookies, vous ne lisez rien ; nos partenaires ont besoin de vos données personnelles.",
                "Vous pouvez refuser les cookies, mais nos partenaires en seraient fort attristés."]),
    ],
)  # fmt: skip
def test_a_wall_of_cookies_is_refused(lang: str, said: list[str], reason_of: Reason) -> None:
    assert COOKIES in reason_of("a.html", page("Ferry sails again", paragraphs(*said), lang=lang))


STUB = paragraphs(SENTENCES[0])


@pytest.mark.parametrize("free", [False, "False", "false"])
def test_the_beginning_of_a_story_that_is_not_free_is_refused(
    free: object, reason_of: Reason
) -> None:
    news = {"@type": "NewsArticle", "headline": "Ferry sails again", "isAccessibleForFree": free}
    head = f'<script type="application/ld+json">{json.dumps(news)}</script>'
    assert PAYWALL in reason_of("a.html", page("Ferry sails again", STUB, head))


@pytest.mark.parametrize(
    "said",
    [
        "Subscribe to continue", "Sign in to read the whole story", "Log in to continue reading",
        "Register to keep reading", "This story is for subscribers only", "Already a subscriber? Log in",
        "Read the full story", "Read the rest of the article", "Jetzt weiterlesen mit Packet Plus",
        "Nur für Abonnenten", "Il vous reste 82,5 % de cet article à lire", "Article réservé aux abonnés",
        "Solo para suscriptores", "Exclusivo para suscriptores", "This is exclusive to subscribers",
    ],
)  # fmt: skip
def test_the_beginning_of_a_story_that_asks_to_pay_is_refused(said: str, reason_of: Reason) -> None:
    markup = page("Ferry sails again", f"{STUB}<div class='wall'><p>{said}</p></div>")
    assert PAYWALL in reason_of("a.html", markup)


def teasers(count: int) -> str:
    return "".join(
        f"<div class='teaser'><h2><a href='/{n}'>Ferry number {n} sails again</a></h2>"
        f"<p>The ferry number {n} from Port Ellery sailed again on Monday, our reporter says.</p></div>"
        for n in range(count)
    )


def refusal(markup: str, url: str | None) -> str:
    with pytest.raises(UnreadableError) as refused:
        article_of_page(markup, "a", "a", url)
    return str(refused.value)


@pytest.mark.parametrize("url", [None, "https://packet.example/isles", "https://packet.example/"])
def test_a_list_of_articles_is_refused(url: str | None) -> None:
    assert LISTED in refusal(page("News of the isles", teasers(12)), url)


@pytest.mark.parametrize("path", ["", "/"])
def test_the_first_page_of_a_site_is_refused_also_with_much_text(path: str) -> None:
    markup = page("Ellery Packet", f"{teasers(12)}<p>{' '.join(SENTENCES * 5)}</p>")
    assert LISTED in refusal(markup, f"https://packet.example{path}")


def kept(title: str, body: str, article_of: Read, head: str = "") -> Article:
    article = article_of("a.html", page(title, body, head))
    assert article.title == title
    return article


@pytest.mark.parametrize(
    "title",
    ["404 homes lost as the sea takes the dunes of Saltholm", "500 sheep board the ferry to Saltholm",
     "410 jobs go at the Ellery yard", "Forbidden fruit: islanders bring back the quince",
     "One moment of calm on the ferry to Saltholm", "Error 404: a museum of lost pages opens",
     "Not found in thirty years: the wreck of the Ida"],
)  # fmt: skip
def test_a_long_story_whose_headline_sounds_like_an_error_is_kept(
    title: str, article_of: Read
) -> None:
    assert kept(title, long_story(), article_of).text.startswith(SENTENCES[0])


@pytest.mark.parametrize(
    "title",
    [
        "404 homes lost as the sea takes the dunes of Saltholm",
        "500 sheep board the ferry to Saltholm",
        "410 jobs go at the Ellery yard",
        "One moment of calm on the ferry to Saltholm",
        "Forbidden fruit: islanders bring back the quince",
        "Not found in thirty years: the wreck of the Ida",
        "Access denied to the harbour after crane falls",
    ],
)
def test_a_short_story_whose_headline_sounds_like_an_error_is_kept(
    title: str, article_of: Read
) -> None:
    assert kept(title, long_story(2), article_of).text.startswith(SENTENCES[0])


def test_a_long_story_about_cookies_is_kept(article_of: Read) -> None:
    about = paragraphs(
        *(f"A court in Port Ellery ruled on day {n} that the shop must ask before it sets cookies, as a"
          " baker had complained that her advertisements for bread followed her customers around the"
          " isles, on every page that they read, for weeks after they had eaten the bread itself." for n in range(4))
    )  # fmt: skip
    assert "cookies" in kept("Court rules on cookies", about, article_of).text


def test_a_short_story_about_baking_cookies_is_kept(article_of: Read) -> None:
    about = paragraphs(
        "The bakers of Saltholm gave away two thousand cookies on Monday, when the ferry came back.",
        "“We had no flour for three weeks,” said Ida Holm, who baked through the night with her sons.",
        "The cookies were gone by noon, and the sheep had eaten the box.",
    )
    assert kept("Bakers greet the ferry", about, article_of).text.count("cookies") == 2


def test_a_whole_story_of_a_paid_site_is_kept(article_of: Read) -> None:
    news = {"@type": "NewsArticle", "headline": "Ferry sails again", "isAccessibleForFree": False}
    head = f'<script type="application/ld+json">{json.dumps(news)}</script>'
    body = f"{long_story()}<div><p>Already a subscriber? Log in to continue reading</p></div>"
    assert SENTENCES[3] in kept("Ferry sails again", body, article_of, head).text


@pytest.mark.parametrize("count", [1, 2])
def test_a_brief_without_a_word_of_paying_is_kept(count: int, article_of: Read) -> None:
    brief = kept("Ferry sails again", paragraphs(*SENTENCES[:count]), article_of)
    assert brief.text == "\n\n".join(SENTENCES[:count])


def test_a_story_that_states_to_be_free_is_no_stub(article_of: Read) -> None:
    news = {"@type": "NewsArticle", "headline": "Ferry sails again", "isAccessibleForFree": True}
    head = f'<script type="application/ld+json">{json.dumps(news)}</script>'
    assert kept("Ferry sails again", STUB, article_of, head)


@pytest.mark.parametrize(
    "story",
    [
        [
            SENTENCES[0],
            "The board told the islanders to pay now to continue, or to swim, the shop said.",
        ],
        [
            SENTENCES[0],
            "“It made me want to keep reading,” the mate said of the letter in the bottle.",
        ],
    ],
)
def test_a_brief_whose_own_words_sound_like_a_wall_is_kept(
    story: list[str], article_of: Read
) -> None:
    assert kept("Ferry sails again", paragraphs(*story), article_of)


def test_a_brief_about_robots_is_kept(article_of: Read) -> None:
    brief = paragraphs(
        SENTENCES[0], "A robot now sells the tickets, and it asks every sheep its name."
    )
    assert kept("Robot sells tickets", brief, article_of)


@pytest.mark.parametrize(
    "head",
    ["<meta property='og:type' content='article'>", "<meta name='author' content='Ida Holm'>",
     '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry sails again"}</script>'],
)  # fmt: skip
def test_a_story_with_many_teasers_below_it_is_kept(head: str, article_of: Read) -> None:
    body = f"<article>{long_story(1)}</article><section class='more'>{teasers(12)}</section>"
    assert kept("Ferry sails again", body, article_of, head).text.startswith(SENTENCES[0])


def test_a_long_story_with_many_teasers_that_states_nothing_is_kept(article_of: Read) -> None:
    story = f"<article><p>{' '.join(SENTENCES * 4)}</p>{long_story(1)}</article>"
    body = f"{story}<section class='more'>{teasers(12)}</section>"
    assert kept("Ferry sails again", body, article_of).text.startswith(SENTENCES[0])


def card(number: int) -> str:
    return (
        f"<div class='tile'><a href='/isles/{number}'><h3>Boat number {number} is painted</h3></a>"
        f"<p>It is green now.</p><span>{number} July 2023</span></div>"
    )


def test_a_listing_whose_cards_are_links_around_headings_is_no_article(reason_of: Reason) -> None:
    cards = "".join(card(number) for number in range(1, 9))
    assert LISTED in reason_of("a.html", page("Isles", cards))


def test_a_story_above_a_few_cards_is_kept(article_of: Read) -> None:
    cards = "".join(card(number) for number in range(1, 9))
    head = "<meta property='article:published_time' content='2023-07-03'>"
    body = f"<article>{long_story()}</article><section>{cards}</section>"
    assert SENTENCES[0] in article_of("a.html", page("Ferry sails", body, head)).text
