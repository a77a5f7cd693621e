"""Datelines, bylines, credits and page rubbish, and the sentences that only look like them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import Article, Moment
from ingest.byline import parse_byline
from ingest.clean import clean, is_rubbish, strip_wire

STORY = "The harbour reopened on Sunday after ten years of repairs, officials said."


@pytest.mark.parametrize(
    ("line", "dateline", "agency"),
    [
        ("PORT HAVEN — ", "PORT HAVEN", None),
        ("PORT HAVEN – ", "PORT HAVEN", None),
        ("PORT HAVEN -- ", "PORT HAVEN", None),
        ("PORT HAVEN - ", "PORT HAVEN", None),
        ("PORT HAVEN, Norland — ", "PORT HAVEN, Norland", None),
        ("PORT HAVEN, North Isle, Norland — ", "PORT HAVEN, North Isle, Norland", None),
        ("PORT HAVEN (Harbour Wire) - ", "PORT HAVEN", "Harbour Wire"),
        ("PORT HAVEN, Norland (Harbour Wire) – ", "PORT HAVEN, Norland", "Harbour Wire"),
        ("PORT HAVEN, July 16 (HW) - ", "PORT HAVEN", "HW"),
        ("PORT HAVEN, 16 July (HW) - ", "PORT HAVEN", "HW"),
        ("PORT HAVEN, Norland, July 16 (HW) - ", "PORT HAVEN, Norland", "HW"),
        ("PORT HAVEN, July 16, 2023 (HW) — ", "PORT HAVEN", "HW"),
        ("PORT HAVEN/EAST BAY — ", "PORT HAVEN/EAST BAY", None),
        ("SAINT-ÉLAN — ", "SAINT-ÉLAN", None),
        ("ST. ANN’S — ", "ST. ANN’S", None),
        ("Port Haven (Harbour Wire) — ", "Port Haven", "Harbour Wire"),
        ("Port Haven, Norland (HW) - ", "Port Haven, Norland", "HW"),
        ("Port Haven, 16 July (HW) - ", "Port Haven", "HW"),
        ("(Harbour Wire) — ", None, "Harbour Wire"),
        ("(Reuters) - ", None, "Reuters"),
        ("(AP) ", None, "AP"),
    ],
)
def test_a_dateline_moves_from_the_text_into_its_fields(
    line: str, dateline: str | None, agency: str | None
) -> None:
    wire = strip_wire(line + STORY)
    assert (wire.dateline, wire.agency, wire.body) == (dateline, agency, STORY)


@pytest.mark.parametrize(
    "line",
    [
        "The harbour — closed since 2013 — reopened on Sunday, officials said.",
        "Port Haven is open again, and its harbour — long closed — is full of ships.",
        "NATO — which has forty ships there — said that it would not leave.",
        "EXCLUSIVE — The harbour will reopen on Sunday, officials said.",
        "BREAKING - The harbour will reopen on Sunday, officials said.",
        "UPDATE 2 - The harbour will reopen on Sunday, officials said.",
        "It cost $5 million (Norland paid) - and nobody asked why, officials said.",
        "PORT HAVEN — closed.",
        "(see below) - the harbour reopened on Sunday, officials said.",
        "A well-known pilot-turned-mayor spoke to the crowd in the harbour.",
        "(Reuters is a news agency) and so is the Harbour Wire, a court has heard.",
    ],
)
def test_a_sentence_that_is_no_dateline_stays_whole(line: str) -> None:
    wire = strip_wire(line)
    assert (wire.dateline, wire.agency, wire.body) == (None, None, line)


def test_a_dateline_with_a_full_date_dates_the_story() -> None:
    wire = strip_wire(f"PORT HAVEN, July 16, 2023 (HW) - {STORY}")
    assert wire.published == Moment("2023-07-16", "text")


def test_a_dateline_without_a_year_leaves_the_story_undated() -> None:
    assert strip_wire(f"PORT HAVEN, July 16 (HW) - {STORY}").published is None


def test_a_dateline_is_looked_for_in_the_first_paragraph_only() -> None:
    text = f"{STORY}\n\nPORT HAVEN — {STORY}"
    assert strip_wire(text).body == text


@pytest.mark.parametrize(
    ("line", "names", "agency"),
    [
        ("By Ann Bay", ("Ann Bay",), None),
        ("by Ann Bay", ("Ann Bay",), None),
        ("BY: Ann Bay", ("Ann Bay",), None),
        ("*By Ann Bay*", ("Ann Bay",), None),
        ("Ann Bay", ("Ann Bay",), None),
        ("By Ann Bay and Bo Reef", ("Ann Bay", "Bo Reef"), None),
        ("By Ann Bay, Bo Reef and Cy Tide", ("Ann Bay", "Bo Reef", "Cy Tide"), None),
        ("By Ann Bay & Bo Reef", ("Ann Bay", "Bo Reef"), None),
        ("By Ann Bay | Harbour Wire", ("Ann Bay",), "Harbour Wire"),
        ("By Ann Bay, Reuters", ("Ann Bay",), "Reuters"),
        ("By Ann Bay, Port Haven Correspondent", ("Ann Bay",), None),
        ("By Ann M. Bay", ("Ann M. Bay",), None),
        ("By Jean-Luc de la Baie", ("Jean-Luc de la Baie",), None),
        ("By Éla Øst", ("Éla Øst",), None),
        ("Von Ann Bay", ("Ann Bay",), None),
        ("Par Ann Bay", ("Ann Bay",), None),
        ("By Ann Bay and Ann Bay", ("Ann Bay",), None),
        ("By staff writer", (), None),
        ("By the end of the week", (), None),
        ("", (), None),
    ],
)
def test_a_byline_names_its_people(line: str, names: tuple[str, ...], agency: str | None) -> None:
    assert parse_byline(line) == (names, agency)


def test_headline_byline_and_date_lines_leave_the_text() -> None:
    wire = strip_wire(
        "Harbour reopens\n\nBy Ann Bay\n\nPublished: 16 July 2023\nUpdated: 17 July 2023 09:10 UTC"
        f"\n\n{STORY}",
        "Harbour Reopens",
    )
    assert wire.body == STORY
    assert wire.authors == ("Ann Bay",)
    assert wire.published == Moment("2023-07-16", "text")
    assert wire.updated == Moment("2023-07-17T09:10:00+00:00", "text")


@pytest.mark.parametrize(
    "line",
    ["Published: 16 July 2023", "Published on July 16, 2023", "16 July 2023", "Posted 2023-07-16",
     "First published: 16 July 2023", "Date: 2023-07-16", "Sunday, 16 July 2023"],
)  # fmt: skip
def test_a_date_line_dates_the_story(line: str) -> None:
    wire = strip_wire(f"{line}\n\n{STORY}")
    assert (wire.published, wire.body) == (Moment("2023-07-16", "text"), STORY)


@pytest.mark.parametrize("line", ["Published: 03/04/2023", "Published: July", "Updated daily"])
def test_an_uncertain_date_line_dates_nothing_and_stays(line: str) -> None:
    wire = strip_wire(f"{line}\n\n{STORY}")
    assert (wire.published, wire.updated) == (None, None)
    assert wire.body == f"{line}\n\n{STORY}"


def test_a_date_line_below_the_story_is_part_of_it() -> None:
    long = " ".join([STORY] * 3)
    wire = strip_wire(f"{long}\n\n16 July 2023")
    assert wire.published is None
    assert wire.body.endswith("16 July 2023")


@pytest.mark.parametrize(
    "first",
    [
        "By dawn the harbour was full.",
        "By the end of the week 40 ships had come to the harbour.",
        "By 1990 the harbour had closed.",
        "Da Vinci Code",
    ],
)
def test_a_first_sentence_that_starts_with_by_stays(first: str) -> None:
    wire = strip_wire(f"{first}\n\n{STORY}")
    assert (wire.authors, wire.body) == ((), f"{first}\n\n{STORY}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("(Reporting by Ann Bay; Editing by Bo Reef)", "Reporting by Ann Bay; Editing by Bo Reef"),
        ("Reporting by Ann Bay in Port Haven.", "Reporting by Ann Bay in Port Haven"),
        ("Additional reporting by Cy Tide", "Additional reporting by Cy Tide"),
        ("Reporting and writing by Ann Bay", "Reporting and writing by Ann Bay"),
        ("[Edited by Bo Reef]", "Edited by Bo Reef"),
        ("Writing by Ann Bay; editing by Bo Reef", "Writing by Ann Bay; editing by Bo Reef"),
        ("(With reporting by Cy Tide)", "With reporting by Cy Tide"),
        ("Compiled by Ann Bay", "Compiled by Ann Bay"),
        (
            "Pier Gazette’s Jo Hale contributed to this report.",
            "Pier Gazette’s Jo Hale contributed to this report",
        ),
    ],
)
def test_credits_at_the_end_move_into_their_field(line: str, said: str) -> None:
    wire = strip_wire(f"{STORY}\n\n{line}")
    assert (wire.credits, wire.body) == (said, STORY)


def test_several_lines_of_credits_are_joined_in_order() -> None:
    wire = strip_wire(f"{STORY}\n\nReporting by Ann Bay\nEditing by Bo Reef")
    assert (wire.credits, wire.body) == ("Reporting by Ann Bay; Editing by Bo Reef", STORY)


def test_a_sentence_about_reporting_is_no_credit() -> None:
    last = "Later reporting by the mayor's office showed that forty ships had come."
    wire = strip_wire(f"{STORY}\n\n{last}")
    assert (wire.credits, wire.body) == (None, f"{STORY}\n\n{last}")


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement", "ADVERTISEMENT", "Share", "Share this article", "Share on Facebook",
        "Facebook Twitter WhatsApp", "Tweet | Pin | Email", "Copy link", "Follow us on Instagram",
        "Read more: Lighthouse to be sold", "READ ALSO: Lighthouse to be sold",
        "See also: The lighthouse", "Related articles", "Recommended stories", "More from World",
        "Sign up for our newsletter", "Sign up to our daily briefing", "Subscribe", "Subscribe now",
        "Subscribe to our newsletter", "Get our free daily newsletter", "Newsletter",
        "This site uses cookies to improve your visit.", "We use cookies", "Cookie settings",
        "Accept all cookies", "Manage cookies", "Privacy Policy", "Terms of use", "Leave a comment",
        "Comments are closed.", "12 comments", "View all 12 comments", "Join the conversation",
        "Story continues below", "Article continues after advertisement", "Continue reading",
        "Skip to main content", "Back to top", "Click here to subscribe", "© 2023 Pier Gazette",
        "Copyright 2023 Pier Gazette. All rights reserved.", "Log in", "Sign in", "Menu", "Search",
        "Download our app", "Image source: Getty Images", "Loading...", "• Share •", "- Print -",
        "FILE - In this May 2, 2019 file photo, Mayor Ilse Brandt opens the bridge. It was closed since.",
        "FILE PHOTO: The harbour of Tamber, May 2, 2019. REUTERS/Jo Hale/File Photo",
        "In this Monday, May 6, 2019, photo, boats lie in the harbour of Tamber.",
        "Boats lie in the harbour of Tamber, Monday, May 6, 2019. (AP Photo/Jo Hale, File)",
        "Boats in the harbour of Tamber. (Jo Hale/AFP/Getty Images)",
        "The mayor speaks to reporters, May 6, 2019.   REUTERS/Jo Hale",
        "Mayor of Tamber speaks of ships, love and 'Pier 1' during visit Read more",
        "Follow the Pier Gazette on Facebook, Instagram and YouTube.",
        "Have a tip? Ilse Brandt may be reached at brandt@pier.example.",
        "Write to Jo Hale at jo.hale@pier.example",
        "Reach the reporter on Twitter at http://twitter.com/johale",
        "Email Jo Hale at jo.hale@pier.example or follow her @johale. Follow us on Facebook.",
        "More harbour news: https://pier.example/harbour and https://pier.example/ships",
    ],
)  # fmt: skip
def test_a_line_of_the_page_is_rubbish(line: str) -> None:
    assert is_rubbish(line)
    assert (
        strip_wire(f"{STORY}\n\n{line}\n\nShips came back.").body == f"{STORY}\n\nShips came back."
    )


@pytest.mark.parametrize(
    "line",
    [
        "The union's newsletter said that the harbour would close.",
        "Her newsletter has 40,000 readers, most of them sailors.",
        "The bakery at Pier 4 gave away cookies when the harbour reopened.",
        "Regulators said the firm had used cookies to follow sailors around the web.",
        "Officials asked people to sign up for the fire brigade.",
        "He wanted to share the prize with the crew.",
        "Shares of Pier Corp. fell 5 percent.",
        "Readers subscribe to the Pier Gazette for its tide tables.",
        "The mayor would not comment.",
        "Comment on the closure was hard to come by.",
        "The advertisement was taken down on Sunday.",
        "Searchers found the boat at dawn.",
        "Home prices in Port Haven rose.",
        "Facebook said it would open an office at the harbour.",
        "Twitter and Facebook were blocked, residents said.",
        "Email addresses of forty captains were stolen.",
        "The court upheld the copyright of the harbour's map.",
        "Relatedly, the lighthouse was sold.",
        "Followers of the saint walked to the pier.",
        "Prints of the map were sold.",
        "Loading the ships took a week.",
        "X said it had no plans to leave.",
        "Getty grew up near the harbour.",
        "She told her pupils to read more.",
        "Mayor urges children to read more",
        "“Follow us on Facebook.”",
        "Contact between the two ministries broke off after the @Tamber post on Monday.",
        "Email from the mayor to jo.hale@pier.example shows that he knew of the flood.",
        "Email addresses such as jo.hale@pier.example were leaked, the company said.",
        "Contact tracing was offered at facebook.com/health, the mayor said.",
        "Follow The Money, a Dutch site, said the ads were on Facebook for a year.",
        "Follow The Money, a Dutch site, told of it on Facebook.",
        "The mayor died on Monday at the age of 81. Follow him on Twitter @brandt",
        "Contact was lost at noon, the coast guard wrote on Twitter.",
        "He had asked them to follow him on Facebook, the court heard.",
        "Follow-up tests found oil, the mayor wrote on Twitter.",
        "Reach Shipping said so on Twitter.",
        "Email the mayor had sent was shown on Facebook.",
        "In this town a photo of the mayor hangs in every shop.",
        "The file - in this case a photo - was lost, the court said.",
        "He showed reporters a picture (AP said it was real) and left.",
        "",
    ],
)
def test_a_sentence_that_mentions_such_things_survives(line: str) -> None:
    assert not is_rubbish(line)
    text = f"{STORY}\n\n{line}\n\nShips came back.".replace("\n\n\n\n", "\n\n")
    assert strip_wire(text).body == text


def test_a_long_paragraph_is_never_rubbish() -> None:
    assert not is_rubbish("Subscribe to " + "the idea that harbours ought to be open, " * 8)


def test_blank_lines_shrink_to_one_and_vanish_at_the_edges() -> None:
    assert strip_wire("\n\nOne line.\n\n\n\nAnother line.\n\n").body == "One line.\n\nAnother line."


Make = Callable[..., Article]


def test_what_the_source_said_itself_wins_over_the_text(make_article: Make) -> None:
    article = clean(
        make_article(
            text=f"By Ann Bay\n\nPublished: 1 May 2020\n\nEAST BAY (HW) - {STORY}",
            authors=("Bo Reef",),
            dateline="PORT HAVEN",
            agency="Tide Press",
            published="2023-07-16",
        )
    )
    assert article.authors == ("Bo Reef",)
    assert (article.dateline, article.agency) == ("PORT HAVEN", "Tide Press")
    assert article.published == Moment("2023-07-16", "metadata")
    assert article.text == STORY


def test_what_the_source_left_out_is_filled_from_the_text(make_article: Make) -> None:
    text = f"By Ann Bay\n\nEAST BAY, May 1, 2020 (HW) - {STORY}\n\nEditing by Bo Reef"
    article = clean(make_article(text=text))
    assert (article.authors, article.dateline, article.agency) == (("Ann Bay",), "EAST BAY", "HW")
    assert article.credits == "Editing by Bo Reef"
    assert article.published == Moment("2020-05-01", "text")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"title": "OPINION: Open the harbour"}, "opinion"),
        ({"title": "Editorial | Open the harbour"}, "opinion"),
        ({"title": "Op-Ed – Open the harbour"}, "opinion"),
        ({"title": "Analysis: What an open harbour means"}, "analysis"),
        ({"title": "News analysis - What an open harbour means"}, "analysis"),
        ({"section": "Opinion"}, "opinion"),
        ({"section": "Analysis"}, "analysis"),
        ({"title": "Opinion polls favour the harbour"}, "news"),
        ({"title": "Columnist honoured: Ann Bay"}, "news"),
        ({"title": "Harbour reopens", "section": "World"}, "news"),
        ({"title": "Harbour reopens", "kind": "opinion"}, "opinion"),
    ],
)
def test_opinion_and_analysis_are_told_from_news(
    fields: dict[str, str], kind: str, make_article: Make
) -> None:
    assert clean(make_article(**fields)).kind == kind


def test_cleaning_puts_the_headline_on_one_line(make_article: Make) -> None:
    assert clean(make_article(title=" Harbour\n reopens ")).title == "Harbour reopens"


_LINES = [STORY, "By Ann Bay", "PORT HAVEN (HW) - " + STORY, "16 July 2023", "Advertisement", "",
          "Editing by Bo Reef", "Harbour reopens", "Ships came back.", "(Reuters) - " + STORY]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(_LINES), st.text(max_size=30))))
@settings(deadline=None, database=None, max_examples=200)
def test_cleaning_any_lines_invents_no_words(lines: list[str]) -> None:
    text = "\n".join(lines)
    position = 0
    for line in strip_wire(text, "Harbour reopens").body.split("\n"):
        position = text.index(line, position) + len(line)


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("Published 3 Sept. 2023, updated 4 Sept. 2023", "2023-09-03", "2023-09-04"),
        ("Sun 3 Sep 2023 14.05 BST", "2023-09-03T14:05:00+01:00", None),
        ("Updated: 4 September 2023 at 9 a.m. EDT", None, "2023-09-04T09:00:00-04:00"),
        ("Veröffentlicht am 3. September 2023 um 14:05 Uhr", "2023-09-03T14:05:00", None),
        ("Publié le 3 septembre 2023 à 14h05, mis à jour le 4 septembre 2023", "2023-09-03T14:05:00", "2023-09-04"),
    ],
)  # fmt: skip
def test_a_line_may_tell_of_publication_and_update(
    line: str, published: str | None, updated: str | None
) -> None:
    wire = strip_wire(f"{line}\n\n{STORY}")
    assert wire.body == STORY
    assert (wire.published and wire.published.iso) == published
    assert (wire.updated and wire.updated.iso) == updated


@pytest.mark.parametrize(
    "line",
    ["The pier was built on 3 September 2023.", "On 3 September 2023 the board of the harbour met",
     "It was updated on 3 September 2023 and painted."],
)  # fmt: skip
def test_a_sentence_with_a_day_stays(line: str) -> None:
    wire = strip_wire(f"{line}\n\n{STORY}")
    assert (wire.body, wire.published, wire.updated) == (f"{line}\n\n{STORY}", None, None)


def test_byline_and_day_may_share_a_line() -> None:
    wire = strip_wire(f"By Ann Bay | 3 September 2023\n\n{STORY}")
    assert (wire.authors, wire.body) == (("Ann Bay",), STORY)
    assert wire.published == Moment("2023-09-03", "text")
