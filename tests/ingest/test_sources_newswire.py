"""The formats of the wires: ninjs, NITF, NewsML-G2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article, Failure, Item, Moment, PassedOver, Withdrawn
from ingest.sources import readers
from ingest.sources.files import SourceFile
from ingest.sources.newswire.item import identity, stamp

Read = Callable[["str | Path"], list[Item]]
Write = Callable[[str, "str | bytes"], Path]
ArticleOf = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
STORY = (
    "The harbour of Port Haven reopened on Sunday after ten years of repairs, and ships from "
    "three countries came to the pier, officials said."
)
NEXT = "The next ferry leaves on Monday, the company said."
BOTH = f"{STORY}\n\n{NEXT}"
MARKUP = f"<p>{STORY}</p><p>{NEXT}</p>"
GUID = "urn:newsml:harbourwire.example:20230716:harbour"
KEY = f"wire:{GUID}"


def ninjs(**more: object) -> dict[str, object]:
    """An item of version 1."""
    return {
        "uri": GUID,
        "type": "text",
        "version": "2",
        "firstcreated": "2023-07-16T09:10:00+08:00",
        "versioncreated": "2023-07-16T11:00:00+08:00",
        "pubstatus": "usable",
        "headline": "Harbour reopens",
        "slugline": "harbour",
        "byline": "By Ann Bay and Bo Reef",
        "located": "Port Haven",
        "body_text": STORY,
        "body_html": MARKUP,
        "copyrightholder": "Harbour Wire",
        "copyrightnotice": "Copyright 2023 Harbour Wire",
        "language": "en",
        **more,
    }


VERSIONS: dict[str, dict[str, object]] = {
    "1": ninjs(),
    "2": {
        "uri": GUID,
        "type": "text",
        "$standard": {"name": "ninjs", "version": "2.1"},
        "contentcreated": "2023-07-16T09:10:00+08:00",
        "firstcreated": "2023-07-16T10:10:00+08:00",
        "versioncreated": "2023-07-16T11:00:00+08:00",
        "headlines": [
            {"role": "short", "value": "Harbour"},
            {"role": "main", "value": "Harbour reopens"},
        ],
        "by": "By Ann Bay and Bo Reef",
        "located": "Port Haven",
        "bodies": [
            {"role": "main", "contenttype": "text/plain", "value": STORY},
            {"role": "rich", "contenttype": "application/xhtml+xml", "value": MARKUP},
        ],
        "copyrightholder": "Harbour Wire",
        "language": "en",
    },
    "3": {
        "uri": GUID,
        "type": "text",
        "firstCreated": "2023-07-16T09:10:00+08:00",
        "versionCreated": "2023-07-16T11:00:00+08:00",
        "pubStatus": "usable",
        "headlines": [{"value": "Harbour reopens"}],
        "people": [
            {"name": "Ann Bay", "rel": "author"},
            {"name": "Bo Reef", "rel": "author"},
            {"name": "Tarn Old", "rel": "about"},
        ],
        "located": "Port Haven",
        "bodies": [{"contentType": "text/html", "value": MARKUP}],
        "copyrightHolder": "Harbour Wire",
        "language": "en",
    },
}


def nitf(status: str = "", data: str = "", head: str = "", body: str = "") -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE nitf SYSTEM "nitf-3-4.dtd">
<nitf xml:lang="en"><head><title>Slug</title><docdata {status}>
<doc-id regsrc="" id-string="{GUID}:2N"/><date.issue norm="20230716T091000+0800"/>
<doc.copyright holder="Harbour Wire" year="2023"/>{data}</docdata></head>
<body><body.head><hedline><hl1>Harbour
 reopens</hl1><hl2>Ferry follows</hl2></hedline>
<byline>By Ann Bay and Bo Reef, <byttl>Staff Reporters</byttl></byline>
<distributor>Harbour Wire</distributor>
<dateline><location>Port Haven</location>, <story.date norm="20230716">July 16</story.date></dateline>
{head}</body.head><body.content><media><media-caption>A ship.</media-caption></media>
{body or MARKUP}</body.content><body.end><tagline>Reporting by Ann Bay; Editing by Cy Tarn</tagline>
</body.end></body></nitf>"""


XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>No</title></head><body>'
    f"{MARKUP}<figure>A ship.</figure></body></html>"
)


def newsml(guid: str = GUID, meta: str = "", content: str = "", inner: str = "") -> str:
    """A news item; what is given stands first in its block and so is found first."""
    inner = inner or f'<inlineXML contenttype="application/xhtml+xml">{XHTML}</inlineXML>'
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="2"
standard="NewsML-G2" standardversion="2.34" xml:lang="en">
<rightsInfo><copyrightHolder literal="Harbour Wire"/></rightsInfo>
<itemMeta>{meta}<itemClass qcode="ninat:text"/><provider qcode="nprov:HW"><name>Harbour Wire</name></provider>
<versionCreated>2023-07-16T11:00:00+08:00</versionCreated>
<firstCreated>2023-07-16T09:10:00+08:00</firstCreated><pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta>{content}<located><name>Port Haven</name></located>
<by>By Ann Bay and Bo Reef</by><headline role="hld:sub">Ferry</headline>
<headline>Harbour reopens</headline><slugline>harbour</slugline></contentMeta>
<contentSet>{inner}</contentSet></newsItem>"""


def message(*items: str) -> str:
    return (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2024-01-01</sent>'
        f"</header><itemSet>{''.join(items)}</itemSet></newsMessage>"
    )


WHOLE = {
    "a.json": json.dumps(VERSIONS["1"]),
    "b.json": json.dumps([VERSIONS["2"]]),
    "c.jsonl": json.dumps(VERSIONS["3"]) + "\n",
    "d.xml": newsml(),
    "e.newsml": message(newsml()),
    "f.xml": nitf(),
    "g.nitf": nitf().replace("<nitf ", '<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/" '),
    "h.xml": newsml(inner=f'<inlineData contenttype="text/html">{escape(MARKUP)}</inlineData>'),
    "i.xml": newsml(inner=f"<inlineXML>{nitf()[nitf().index('<nitf') :]}</inlineXML>"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_every_format_gives_the_same_article(name: str, article_of: ArticleOf) -> None:
    article = article_of(name, WHOLE[name])
    assert (article.title, article.text) == ("Harbour reopens", BOTH)
    assert article.authors == ("Ann Bay", "Bo Reef")
    assert article.key == KEY
    assert (article.publisher, article.agency) == ("Harbour Wire", "Harbour Wire")
    assert (article.dateline, article.copyright) == ("Port Haven", "Harbour Wire")
    assert article.language == "en"
    assert article.published == Moment("2023-07-16T09:10:00+08:00", "metadata")
    later = Moment("2023-07-16T11:00:00+08:00", "metadata")
    assert article.updated == (None if name in ("f.xml", "g.nitf") else later)
    assert (article.correction, article.url) == (None, None)


def test_the_tagline_of_nitf_holds_the_credits(article_of: ArticleOf) -> None:
    assert article_of("a.nitf", nitf()).credits == "Reporting by Ann Bay; Editing by Cy Tarn"


def wires(status: str, embargo: str | None) -> dict[str, str]:
    """The same item in every format, with this status and embargo."""
    meta = f'<pubStatus qcode="stat:{status}"/>'
    meta += "" if embargo is None else f"<embargoed>{embargo}</embargoed>"
    held = {} if embargo is None else {"embargoed": embargo}
    data = f'<date.release norm="{embargo}"/>' if embargo else ""
    state = "embargoed" if embargo is not None else status
    return {
        "a.json": json.dumps(ninjs(pubstatus=status, **held)),
        "a.xml": newsml(meta=meta),
        "a.nitf": nitf(status=f'management-status="{state}"', data=data),
    }


@pytest.mark.parametrize("name", ["a.json", "a.xml", "a.nitf"])
def test_a_canceled_item_leaves_the_archive(name: str, write: Write, read: Read) -> None:
    [item] = read(write(name, wires("canceled", None)[name]))
    assert isinstance(item, Withdrawn) and item.key == KEY


@pytest.mark.parametrize("name", ["a.json", "a.xml", "a.nitf"])
def test_a_withheld_item_is_passed_over(name: str, write: Write, read: Read) -> None:
    [item] = read(write(name, wires("withheld", None)[name]))
    assert isinstance(item, PassedOver) and item.reason == "withheld by its publisher"


@pytest.mark.parametrize("name", ["a.json", "a.xml", "a.nitf"])
@pytest.mark.parametrize(
    ("embargo", "reason"),
    [
        ("2999-01-01T00:00:00Z", "it is under embargo until 2999-01-01T00:00:00+00:00"),
        ("", "it is under embargo until its publisher lifts it"),
        ("noon", "it is under embargo until noon"),
        ("2023-07-16T08:00:00Z", None),
    ],
)
def test_an_embargo_is_kept_until_it_ends(
    name: str, embargo: str, reason: str | None, write: Write, read: Read
) -> None:
    [item] = read(write(name, wires("usable", embargo)[name]))
    if reason:
        assert isinstance(item, Failure) and item.reason == reason
    else:
        assert isinstance(item, Article)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(ninjs(ednote="CORRECTS the number of ships."))),
        ("a.xml", newsml(meta="<edNote>CORRECTS the number of ships.</edNote>")),
        ("a.nitf", nitf(data='<ed-msg info="CORRECTS the number of ships."/>')),
    ],
)
def test_a_note_on_a_correction_is_kept(name: str, content: str, article_of: ArticleOf) -> None:
    assert article_of(name, content).correction == "CORRECTS the number of ships."


def test_a_signal_says_that_an_item_is_an_update(article_of: ArticleOf) -> None:
    meta = '<edNote>Photos follow.</edNote><signal qcode="sig:update"/>'
    assert article_of("a.xml", newsml(meta=meta)).correction == "update"
    assert article_of("a.xml", newsml(meta="<edNote>Photos follow.</edNote>")).correction is None


def test_the_correction_of_nitf_is_kept(article_of: ArticleOf) -> None:
    data = '<correction info="three ships, not four" id-string="x" regsrc="HW"/>'
    assert article_of("a.nitf", nitf(data=data)).correction == "Correction: three ships, not four"


@pytest.mark.parametrize("kind", ["picture", "video", "audio", "graphic", "event"])
def test_what_is_no_text_is_passed_over(kind: str, write: Write, read: Read) -> None:
    for name, content in (
        ("a.json", json.dumps(ninjs(type=kind))),
        ("a.xml", newsml(meta=f'<itemClass qcode="ninat:{kind}"/>')),
    ):
        [item] = read(write(name, content))
        assert isinstance(item, PassedOver) and kind in item.reason


def test_each_item_of_a_message_is_a_row_of_its_own(write: Write, read: Read) -> None:
    guids = [f"urn:newsml:harbourwire.example:20230716:item{number}" for number in range(6)]
    path = write(
        "a.xml",
        message(
            newsml(guids[1]),
            newsml(guids[2], meta='<itemClass qcode="ninat:picture"/>'),
            newsml(guids[3], meta='<pubStatus qcode="stat:canceled"/>'),
            '<packageItem guid="x"><groupSet/></packageItem>',
            newsml(guids[4], inner='<remoteContent href="https://wire.example/a"/>'),
            newsml(guids[5]),
        ),
    )
    items = read(path)
    assert [type(item) for item in items] == [
        Article, PassedOver, Withdrawn, PassedOver, Failure, Article,
    ]  # fmt: skip
    assert [item.source for item in items] == [f"{path}:{number}" for number in range(1, 7)]
    assert [item.key for item in items if isinstance(item, (Article, Withdrawn))] == [
        *(f"wire:{guids[i]}" for i in (1, 3, 5)),
    ]  # fmt: skip


def test_items_of_a_list_are_numbered(write: Write, read: Read) -> None:
    stories = [
        ninjs(),
        ninjs(uri="urn:x:2", pubstatus="canceled"),
        ninjs(uri="urn:x:3", body_html="", body_text=""),
    ]
    path = write("a.json", json.dumps({"items": stories}))
    article, withdrawn, failure = read(path)
    assert isinstance(article, Article)
    assert withdrawn == Withdrawn(f"{path}:2", "wire:urn:x:2", 2)
    assert failure == Failure(f"{path}:3", "the item holds no article text")


def test_a_new_version_replaces_the_old_one(article_of: ArticleOf) -> None:
    first = article_of("a.json", json.dumps(ninjs()))
    second = article_of(
        "b.json", json.dumps(ninjs(version="3", body_html=f"<p>{STORY} Again.</p>"))
    )
    assert first.key == second.key and first.text != second.text


@pytest.mark.parametrize(
    ("guid", "key"),
    [
        ("urn:newsml:wire.example:20230716:a:3N", "urn:newsml:wire.example:20230716:a"),
        ("urn:newsml:wire.example:20230716:a/12", "urn:newsml:wire.example:20230716:a"),
        ("urn:newsml:wire.example:20230716:3", "urn:newsml:wire.example:20230716:3"),
        ("tag:wire.example,2023:a:3", "tag:wire.example,2023:a:3"),
        ("https://wire.example/a/3", "https://wire.example/a/3"),
    ],
)
def test_a_version_is_no_part_of_the_identifier(guid: str, key: str) -> None:
    assert identity(guid) == key


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", ninjs(altids={"web": "https://wire.example/harbour"})),
        ("a.json", ninjs(altids=[{"role": "web", "value": "https://wire.example/harbour"}])),
        ("a.json", ninjs(renditions={"web": {"href": "https://wire.example/harbour", "mimetype": "text/html"}})),
        ("a.xml", newsml(meta='<link rel="irel:canonical" href="https://wire.example/harbour"/>')),
        ("a.xml", newsml(content="<altId>https://wire.example/harbour</altId>")),
    ],
)  # fmt: skip
def test_an_address_is_kept_and_is_not_the_key(
    name: str, content: Any, article_of: ArticleOf
) -> None:
    article = article_of(name, content if isinstance(content, str) else json.dumps(content))
    assert (article.url, article.key) == ("https://wire.example/harbour", KEY)


@pytest.mark.parametrize(
    ("changes", "publisher", "agency"),
    [
        ({}, "Harbour Wire", "Harbour Wire"),
        ({"copyrightholder": "dpa"}, "dpa", "dpa"),
        ({"copyrightholder": "Pier Gazette"}, "Pier Gazette", None),
        ({"copyrightholder": "x", "infosource": [{"name": "Tarn News Agency"}]}, "Tarn News Agency", "Tarn News Agency"),
        ({"copyrightholder": ""}, "harbourwire.example", None),
        ({"copyrightholder": "", "uri": "https://wire.example/1"}, "wire.example", None),
        ({"copyrightholder": "", "byline": "Ann Bay, dpa"}, "harbourwire.example", "dpa"),
    ],
)  # fmt: skip
def test_publisher_and_agency(
    changes: dict[str, object], publisher: str, agency: str | None, article_of: ArticleOf
) -> None:
    article = article_of("a.json", json.dumps(ninjs(**changes)))
    assert (article.publisher, article.agency) == (publisher, agency)


@pytest.mark.parametrize(
    ("changes", "published", "updated"),
    [
        ({}, "2023-07-16T09:10:00+08:00", "2023-07-16T11:00:00+08:00"),
        ({"firstcreated": None}, "2023-07-16T11:00:00+08:00", None),
        ({"contentcreated": "2023-07-15"}, "2023-07-15", "2023-07-16T11:00:00+08:00"),
        ({"contentcreated": "2023-07-16"}, "2023-07-16", None),
        ({"versioncreated": "2023-07-16T01:10:00Z"}, "2023-07-16T09:10:00+08:00", None),
        ({"versioncreated": None, "firstcreated": "soon"}, None, None),
    ],
)
def test_dates(
    changes: dict[str, object], published: str | None, updated: str | None, article_of: ArticleOf
) -> None:
    article = article_of("a.json", json.dumps(ninjs(**changes)))
    assert (article.published and article.published.iso) == published
    assert (article.updated and article.updated.iso) == updated


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("20230716", "2023-07-16"),
        ("20230716T091000Z", "2023-07-16T09:10:00+00:00"),
        ("20230716T091000-0500", "2023-07-16T09:10:00-05:00"),
        ("2023-07-16T09:10:00.123+08:00", "2023-07-16T09:10:00+08:00"),
        ("2023-07", None),
        ("2023", None),
        ("16 July", None),
        ("20231316", None),
        (None, None),
    ],
)
def test_a_date_of_the_wires_is_read(value: object, iso: str | None) -> None:
    assert stamp(value) == iso


@pytest.mark.parametrize(
    "dateline",
    ["PORT HAVEN, July 16 (Harbour Wire) -", "PORT HAVEN (HW) --", "PORT HAVEN, 16 July"],
)
def test_the_dateline_is_the_place_alone(dateline: str, article_of: ArticleOf) -> None:
    article = article_of("a.xml", newsml(content=f"<dateline>{dateline}</dateline>"))
    assert article.dateline == "PORT HAVEN"


def test_the_dateline_of_the_text_comes_before_the_place_of_the_item(article_of: ArticleOf) -> None:
    body = f"<p>TARNLUND (Harbour Wire) - {STORY}</p>"
    assert article_of("a.json", json.dumps(ninjs(body_html=body))).dateline == "TARNLUND"


def test_an_item_without_an_identifier_is_known_by_its_place(article_of: ArticleOf) -> None:
    assert article_of("a.xml", newsml("")).key.endswith("a.xml#1")
    plain = nitf().replace(f'id-string="{GUID}:2N"', "")
    assert article_of("a.nitf", plain).key.endswith("a.nitf")
    named = nitf(data='<du-key version="2" key="harbour-7"/>').replace(f'id-string="{GUID}:2N"', "")
    assert article_of("a.nitf", named).key == "wire:harbour-7"


def test_a_number_in_a_register_is_an_identifier_with_it(article_of: ArticleOf) -> None:
    content = nitf().replace(f'regsrc="" id-string="{GUID}:2N"', 'regsrc="HW" id-string="77"')
    assert article_of("a.nitf", content).key == "wire:HW:77"


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("<person>Ann Bay</person>, <byttl>Reporter</byttl>", ("Ann Bay",)),
        ("By Ann Bay, <byttl>Reporter</byttl> and Bo Reef", ("Ann Bay", "Bo Reef")),
        (
            "By Ann Bay, <byttl>Writer at <org>Tide Post</org> here</byttl> and Bo Reef",
            ("Ann Bay", "Bo Reef"),
        ),
        ("<byttl>Harbour Network</byttl>", ()),
    ],
)
def test_the_function_of_an_author_is_no_name(
    byline: str, authors: tuple[str, ...], article_of: ArticleOf
) -> None:
    old = "By Ann Bay and Bo Reef, <byttl>Staff Reporters</byttl>"
    assert article_of("a.nitf", nitf().replace(old, byline)).authors == authors


def test_the_parts_of_a_place_are_set_apart(article_of: ArticleOf) -> None:
    parts = "<location><city>Port Haven</city><region>Tarn</region></location>"
    content = nitf().replace("<location>Port Haven</location>", parts)
    assert article_of("a.nitf", content).dateline == "Port Haven, Tarn"


def test_a_notice_stands_in_for_the_holder_of_the_copyright(article_of: ArticleOf) -> None:
    article = article_of("a.json", json.dumps(ninjs(copyrightholder="")))
    assert article.copyright == "Copyright 2023 Harbour Wire"


def test_tables_and_lists_of_a_text_are_kept(article_of: ArticleOf) -> None:
    body = f"<p>{STORY}</p><table><tr><td>Merle</td><td>Tarn</td></tr></table><ul><li>One</li><li>Two</li></ul>"
    assert article_of("a.nitf", nitf(body=body)).text == f"{STORY}\n\nMerle | Tarn\n\nOne\n\nTwo"


@pytest.mark.parametrize(
    "record",
    [
        {"uri": "https://pier.example/a", "title": "Harbour", "body_text": STORY},
        {"id": 7, "title": "Harbour", "text": STORY, "versioncreated": "2023-07-16"},
    ],
)
def test_other_json_is_read_as_before(record: dict[str, object], article_of: ArticleOf) -> None:
    article = article_of("a.json", json.dumps(record))
    assert (article.title, article.copyright) == ("Harbour", None)
    assert article.key != record.get("uri", "") or article.url == article.key


LAUGHS = '<!ENTITY l0 "ha">' + "".join(
    f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 10)
)


@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE nitf [{LAUGHS}]>",
        '<!DOCTYPE nitf [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE nitf [<!ENTITY % p SYSTEM "https://wire.example/x.dtd"> %p;]>',
    ],
    ids=["laughs", "file", "parameter"],
)
def test_entities_are_not_allowed(doctype: str, reason_of: Reason) -> None:
    content = f"<?xml version='1.0'?>{doctype}<nitf><body><body.content>&l9;&f;</body.content></body></nitf>"
    for ending in ("xml", "nitf", "newsml"):
        assert (
            reason_of(f"a.{ending}", content) == "it declares XML entities, which are not allowed"
        )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty"),
        ("plain text", "it is not valid XML"),
        ("<nitf><body>", "it is not valid XML"),
        (nitf(body="<p>&nbsp;</p>").replace('<!DOCTYPE nitf SYSTEM "nitf-3-4.dtd">', ""), "it is not valid XML"),
        ("<rain/>", "its root element <rain> is none that can be read"),
        (message(), "the message holds no items"),
        (newsml(inner=" "), "the item holds no article text"),
        ("<nitf>" + "<p>" * 50_000 + "</p>" * 50_000 + "</nitf>", "no article text"),
        (nitf(body="<p>" * 50_000 + "x" + "</p>" * 50_000), "RecursionError"),
        ("<?xml version='1.0' encoding='gb2312'?><nitf/>", "it is not valid XML"),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content: str, reason: str, reason_of: Reason) -> None:
    assert reason in reason_of("a.xml", content)


def test_other_xml_of_a_folder_is_passed_over(write: Write, read: Read) -> None:
    path = write("a.xml", "<rain/>")
    assert read(path.parent) == [PassedOver(str(path))]


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<nitf>", b"<newsMessage><itemSet>", b"<?xml "])
)
def test_arbitrary_bytes_raise_nothing_else(data: bytes, head: bytes) -> None:
    list(readers.read_file(SourceFile.of_bytes(head + data, "a.xml", ".xml")))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from([*ninjs(), *VERSIONS["2"], *VERSIONS["3"], "altids", "embargoed"]), values
    )
)
def test_odd_values_cost_the_item_only(changes: dict[str, Any]) -> None:
    from ingest.sources import records

    data = json.dumps([{**ninjs(), **changes}]).encode()
    [item] = records.read_json(SourceFile.of_bytes(data, "a.json", ".json"))
    assert not (isinstance(item, Failure) and "cannot be read" in item.reason), item


def test_a_story_that_stands_among_the_descriptions_is_read(article_of: ArticleOf) -> None:
    held = {"body_html": "", "body_text": "", "descriptions": [
        {"role": "summary", "value": "A pier."}, {"role": "text", "value": STORY},
    ]}  # fmt: skip
    assert article_of("a.json", json.dumps(ninjs(**held))).text == STORY
