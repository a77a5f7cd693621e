from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.outlets import TABLE
from assistant.question.sources import Named, find_publishers
from tests.work import QUICK, seconds_of_work

KNOWN = (
    "The Verge", "Cnbc | World Business News Leader", "TechCrunch", "BBC Sport", "BBC News",
    "Reuters", "CNN", "The Guardian", "The New York Times", "Fox News", "Time", "Fortune",
    "The Week", "The Sun", "The Age", "Wired", "Nature", "People", "Variety", "The Independent",
    "Harbour Gazette", "Metro", "Polygon", "Associated Press", "Today",
)  # fmt: skip

SOURCES = [
    ("Which firm, of many narratives in Fortune, lost money according to TechCrunch?", "Fortune, TechCrunch"),
    ("How far is Venus from the Sun, according to the BBC?", "BBC Sport, BBC News"),
    ("How much did Google invest in Fortune, according to Reuters?", "Reuters"),
    ("What did Reuters report on the strike?", "Reuters"),
    ("Who won, according to the BBC and The Verge?", "BBC Sport, BBC News, The Verge"),
    ("Which firm, as reported by both TechCrunch and The Verge, closed?", "TechCrunch, The Verge"),
    ("Does 'The Verge' article suggest a delay, while 'The Age' and 'TechCrunch' articles do not?", "The Verge, The Age, TechCrunch"),
    ("What does the article from 'Wired' published on Monday say of bees?", "Wired"),
    ("Are there reports from Reuters on the dam?", "Reuters"),
    ("What is in Reuters' report on the dam?", "Reuters"),
    ("What is in Reuters’ coverage of the vote?", "Reuters"),
    ("What is in the Guardian's review of the play?", "The Guardian"),
    ("What was said of the dam in The Guardian?", "The Guardian"),
    ("What does a CNN article say about tides?", "CNN"),
    ("Which bridge collapse was covered by CNN?", "CNN"),
    ("Which plan is discussed in a piece by The New York Times?", "The New York Times"),
    ("How many died, per CNN?", "CNN"),
    ("How many died as per the AP?", "Associated Press"),
    ("CNN says that tides rise. How fast?", "CNN"),
    ("Has Reuters reported any deaths?", "Reuters"),
    ("When Reuters wrote about the dam, what was missing?", "Reuters"),
    ("What happened at the harbour, only Reuters?", "Reuters"),
    ("What is the latest news from the BBC?", "BBC Sport, BBC News"),
    ("What did the BBC Sport report say?", "BBC Sport"),
    ("What did BBC News say about rain?", "BBC News"),
    ("What did CNBC say about rates?", "Cnbc | World Business News Leader"),
    ("What did cnbc say about rates?", "Cnbc | World Business News Leader"),
    ("What did techcrunch write about chips?", "TechCrunch"),
    ("According to the NYT, who resigned?", "The New York Times"),
    ("According to the N.Y. Times, who resigned?", "The New York Times"),
    ("According to nytimes.com, who resigned?", "The New York Times"),
    ("According to the New York Times, who resigned?", "The New York Times"),
    ("According to The Week, who resigned?", "The Week"),
    ("What does the Fortune article say about pay?", "Fortune"),
    ("What did Time magazine say about the vote?", "Time"),
    ("Was it Time that was right? See the Time story on tides.", "Time"),
    ("As stated by Fortune, who leads the firm?", "Fortune"),
    ("Did 'Fortune' mention the tides?", "Fortune"),
    ("Did The Sun report on the wedding?", "The Sun"),
    ("What colour was it, according to The Sun?", "The Sun"),
    ("Which star is named in the Nature article on dust?", "Nature"),
    ("Which singer was profiled by Variety?", "Variety"),
    ("Does the article in People mention the singer?", "People"),
    ("Reuters: how many ships sank?", "Reuters"),
    ("Which outlet said so, the Harbour Gazette article or the one from CNN?", "Harbour Gazette, CNN"),
    ("What did the Harbour Gazette say?", "Harbour Gazette"),
    ("Which ship sank, as told in sources including 'The Age', Reuters and CNN?", "The Age, Reuters, CNN"),
    ("Who is mentioned by TechCrunch, The Verge, and CNBC?", "TechCrunch, The Verge, Cnbc | World Business News Leader"),
    ("Between the report from The Verge on chips and the Polygon review, what changed?", "The Verge, Polygon"),
    ("Has the description of the dam by Reuters changed?", "Reuters"),
    ("Does the Fox News story name the driver?", "Fox News"),
    ("What did Fox News's report say about tides?", "Fox News"),
    ("Who was described by The Independent as brave?", "The Independent"),
    ("Which team did “The Guardian” describe as lucky?", "The Guardian"),
    ("Use only Reuters.", "Reuters"),
    ("What happened in Gaza, citing Reuters?", "Reuters"),
    ("How did the AP cover the storm?", "Associated Press"),
    ("What did the Associated Press report?", "Associated Press"),
    ("Is there a review of the phone in Wired, and what does the Wired review say?", "Wired"),
    ("Does The Verge’s in-depth review praise the screen?", "The Verge"),
    ("Who fell, according to the news agency Reuters?", "Reuters"),
    ("Did the second BBC News article repeat it?", "BBC News"),
    ("After Reuters reported a breach, did 'Polygon' change its story?", "Reuters, Polygon"),
    ("Which fund is accused by Fortune of fraud, as reported by CNN?", "Fortune, CNN"),
    ("Did Metro write about the tram?", "Metro"),
    ("What did CNN and the BBC claim about the flood?", "CNN, BBC Sport, BBC News"),
    ("Which articles by Reuters or CNN mention the dam?", "Reuters, CNN"),
    ("Who was quoted in The Guardian and in The Independent?", "The Guardian, The Independent"),
    ("What does a Guardian report say of eels?", "The Guardian"),
    ("How does The Verge's review differ from Wired's?", "The Verge, Wired"),
    ("Which bank fell, says Fortune?", "Fortune"),
    ("what did the harbour gazette say about eels", "Harbour Gazette"),
    ("Which strike was covered by Reuters?", "Reuters"),
    ("What did CNN also say of the strike?", "CNN"),
]  # fmt: skip

SUBJECTS = [
    "Why did The New York Times sue OpenAI?",
    "How large was the Fox News settlement with Dominion?",
    "What did BBC presenter Gary Lineker do?",
    "Who bought The Verge?",
    "Who is CNN's chief executive?",
    "Which CNN anchor was fired?",
    "What happened this week?",
    "Which film opened in the week before?",
    "What is the age of the universe?",
    "Which firms are in the Fortune 500?",
    "Who lost a fortune?",
    "Who was Time magazine's person of the year?",
    "How much time is left?",
    "Which house was wired by the firm?",
    "Why did the independent senator resign?",
    "What polygon shape has six sides?",
    "How hot is the sun?",
    "How far is the Sun from Earth?",
    "When did the Metro open in Sofia?",
    "What does nature do in spring?",
    "How do people in a variety of towns cope?",
    "People report more headaches. Why?",
    "How many People died?",
    "What happened today?",
    "What opens Today in Paris?",
    "Who was fired from CNN?",
    "Who resigned from the BBC?",
    "Who is leaving Fox News for CNN?",
    "Was Fox News sued by Dominion?",
    "Who was sued by The New York Times?",
    "How many shares in The New York Times did he buy?",
    "Who has a stake in The Guardian?",
    "How many jobs did CNN cut?",
    "What did Fox News hosts earn?",
    "Who is the editor of The Guardian?",
    "Who owns Reuters?",
    "What is the name of the BBC's new drama?",
    "Which BBC series has ended?",
    "When was CNN founded?",
    "Why were CNN and Fox News fined?",
    "Who founded TechCrunch?",
    "How many subscribers has The New York Times?",
    "Which lawsuit filed by The New York Times was dismissed?",
    "What is the BBC licence fee?",
    "Who was named in the Reuters strike ballot?",
    "Which actor said he trusts CNN?",
    "Who will host the debate on CNN?",
    "What is The Verge Bridge made of?",
    "Who said the Seattle Time Machine was lost?",
    "Which journal is Nature Geoscience?",
    "Did CNN report a loss?",
    "Why did The New York Times say it would raise prices?",
    "What did Reuters Plus build?",
    "What did the CNN poll say about the mayor?",
    "What did CNN staff say about the cuts?",
    "What was said about the layoffs at CNN?",
    "Who won the BBC Sports Personality award?",
    "What is the wired headset's price?",
    "Is The Week in Politics a show?",
    "Which town is at the verge of collapse?",
    "Who was guardian of the child?",
    "Is there a reuters of bees?",
    "How did the lawsuit against Fox News end?",
    "Who was shot outside CNN?",
    "Which man called the BBC?",
    "How was the fortune made in the age of steam?",
    "What did the prime minister say about the BBC?",
    "According to CNN's chief executive, what went wrong?",
    "what did the sun and the guardian say",
    "What was said in the harbour gazette of the ship?",
    "Is Nature reporting a new star?",
    "Which Reuters reporter said that?",
    "What Does Time Cost The People Of Paris Today?",
    "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), SOURCES)
def test_a_name_that_is_a_source_is_found(text: str, names: str) -> None:
    assert find_publishers(text, KNOWN).publishers == tuple(names.split(", "))


@pytest.mark.parametrize("text", SUBJECTS)
def test_a_name_that_is_the_news_is_not_a_source(text: str) -> None:
    named = find_publishers(text, KNOWN)
    assert (named.publishers, named.without, named.absent, named.spans) == ((), (), (), ())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What does the BBC have on the strike?", "BBC News, BBC Sport"),
        ("TechCrunch on the trial", "TechCrunch"),
        ("Has TechCrunch got anything about the trial?", "TechCrunch"),
        ("TechCrunch did not mention a fine; who was fined?", "TechCrunch"),
        ("what does fox news have on the strike?", "Fox News"),
        ("which town is at the verge of collapse?", ""),
        ("Which town is at the verge of collapse?", ""),
        ("Who made a fortune with crypto?", ""),
        ("What did CNN say, and who owns TechCrunch?", ""),  # CNN is a source
    ],
)
def test_an_unmistakable_name_alone_is_merely_named(text: str, names: str) -> None:
    assert sorted(find_publishers(text, KNOWN).merely) == sorted(filter(None, names.split(", ")))


@pytest.mark.parametrize(
    ("text", "without", "publishers"),
    [
        ("What happened in Oslo, not in the NYT?", "The New York Times", ""),
        ("Which outlets other than Reuters reported the leak?", "Reuters", ""),
        ("Except the BBC, who covered the match?", "BBC Sport, BBC News", ""),
        ("Who wrote about the dam, excluding CNN?", "CNN", ""),
        ("Apart from CNN and Reuters, who covered the dam?", "CNN, Reuters", ""),
        ("What was reported on the dam (excluding Fox News)?", "Fox News", ""),
        ("What do sources other than The Guardian say?", "The Guardian", ""),
        ("Articles about eels, except from TechCrunch", "TechCrunch", ""),
        ("What did the BBC report, but not BBC Sport?", "BBC Sport", "BBC News"),
        ("What did Reuters, CNN and Wired report on eels, without CNN?", "CNN", "Reuters, Wired"),
        ("Which eel was praised by CNN but not by Wired, according to Wired and CNN?", "", "CNN, Wired"),
        ("Which networks other than CNN were sued?", "", ""),
        ("Who was praised, though not by CNN, and then resigned?", "", ""),
        ("Could the town live without CNN?", "", ""),
    ],
)  # fmt: skip
def test_a_source_may_be_left_out(text: str, without: str, publishers: str) -> None:
    named = find_publishers(text, KNOWN)
    assert ", ".join(named.without) == without
    assert ", ".join(named.publishers) == publishers


@pytest.mark.parametrize(
    ("text", "known", "names"),
    [
        ("What did the BBC say?", ["BBC Sport", "BBC News"], ["BBC Sport", "BBC News"]),
        ("What did BBC Sport say?", ["BBC Sport", "BBC News"], ["BBC Sport"]),
        ("What did the BBC say?", ["BBC News - World", "bbc.co.uk"], ["bbc.co.uk"]),
        ("What did BBC News say?", ["BBC"], ["BBC"]),
        ("What did BBC News say?", ["BBC Sport"], []),
        ("What did CNBC say?", ["Cnbc | World Business News Leader", "CNBC"], ["CNBC"]),
        ("What did CNBC say?", ["Cnbc | World Business News Leader"], ["Cnbc | World Business News Leader"]),
        ("What did The Verge say?", ["www.theverge.com"], ["www.theverge.com"]),
        ("What did The Verge say?", ["theverge.com"], ["theverge.com"]),
        ("What did The Verge say?", ["https://www.theverge.com/", "The Verge"], ["https://www.theverge.com/", "The Verge"]),
        ("What did theverge.com say?", ["The Verge"], ["The Verge"]),
        ("What did Fox News report?", ["FOX News - Health", "FOX News - Travel"], ["FOX News - Health", "FOX News - Travel"]),
        ("What did the FOX News - Travel article say?", ["FOX News - Health", "FOX News - Travel"], ["FOX News - Travel"]),
        ("What did The Mill report on eels?", ["The Mill — Manchester news"], ["The Mill — Manchester news"]),
        ("What did the Eel Review say?", ["Latest | Eel Review"], []),
        ("What did CBS Sports say?", ["CBSSports.com"], ["CBSSports.com"]),
        ("What did the FT report?", ["Financial Times"], ["Financial Times"]),
        ("What did El Pais report?", ["El País"], ["El País"]),
        ("What did the Cove Herald say?", ["coveherald.com"], ["coveherald.com"]),
        ("What did The Times report?", ["The New York Times", "The Times of India"], []),
        ("What did Arts and Eels report?", ["Arts & Eels"], ["Arts & Eels"]),
    ],
)  # fmt: skip
def test_which_names_of_the_archive_are_meant(
    text: str, known: list[str], names: list[str]
) -> None:
    assert list(find_publishers(text, known).publishers) == names


def test_an_outlet_of_which_the_archive_has_nothing_is_absent() -> None:
    named = find_publishers("What did Le Monde and Reuters say of the dam?", ["Reuters"])
    assert named == Named(("Reuters",), (), ("Le Monde",), named.spans, (("Reuters",),))
    assert find_publishers("What did the Eel Monthly say?", ["Reuters"]) == Named()


def test_the_place_of_the_phrase_is_told() -> None:
    text = "According to the BBC, what did CNN report?"
    places = [text[slice(*span)] for span in find_publishers(text, KNOWN).spans]
    assert places == ["According to the BBC", "CNN"]


def test_a_name_counts_once() -> None:
    text = "What did CNN say, and what did CNN's report on CNN leave out?"
    assert find_publishers(text, KNOWN).publishers == ("CNN",)


def test_the_table_has_no_name_twice() -> None:
    names = [name.strip().rstrip("^!") for outlet in TABLE for name in outlet.split(",")]
    assert len(names) == len(set(names)) and len(TABLE) >= 80


_BITS = st.sampled_from(
    [
        *KNOWN,
        "the",
        "'",
        '"',
        "’s",
        "according to",
        "report",
        "and",
        ",",
        "by",
        "?",
        "not",
        "in",
        " ",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(_BITS, max_size=30).map(" ".join)))
def test_any_text_is_read(text: str) -> None:
    named = find_publishers(text, KNOWN)
    assert all(0 <= start < end <= len(text) for start, end in named.spans)
    assert set(named.publishers) | set(named.without) <= set(KNOWN)
    assert not set(named.publishers) & set(named.without)


@given(st.lists(st.text(max_size=20), max_size=10))
def test_any_names_are_taken(known: list[str]) -> None:
    found = find_publishers(f"What did {' and '.join(known)} report?", known)
    assert set(found.publishers) <= set(known)


@pytest.mark.parametrize(
    "bit",
    [
        "BBC ",
        "report ",
        "according to ",
        "' ",
        "a",
        "CNN, and ",
        "not in the ",
        "of by ",
        "The New ",
    ],
)
def test_long_texts_and_long_lists_are_quick(bit: str) -> None:
    known = tuple(f"Paper {number} of Town{number % 700}" for number in range(5_000)) + KNOWN
    find_publishers("CNN", known)
    assert seconds_of_work(lambda: find_publishers((bit * 4_000)[:4_000], known)) < QUICK
