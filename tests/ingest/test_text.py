"""Bytes to text, and text to the one spelling that is stored."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import UnreadableError
from ingest.text import decode, one_line, sanitize

STORY = "The café at Pier 4 reopened, said “Zoë” – after 3 years.\nIt was full."
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06\x00\x00\x00" * 9
MANY = settings(deadline=None, database=None, max_examples=150)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_a_western_text_is_decoded(encoding: str) -> None:
    assert sanitize(decode(STORY.encode(encoding))) == sanitize(STORY)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF8, "utf-8"),
    ],
)
def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(mark: bytes, encoding: str) -> None:
    assert decode(mark + STORY.encode(encoding)) == STORY


@pytest.mark.parametrize("script", ["港の灯台は日曜日に再び開いた。", "Порт открыт снова", "हवा"])
def test_other_scripts_are_decoded_from_utf_8(script: str) -> None:
    assert decode(script.encode()) == script


def test_a_page_may_declare_its_encoding() -> None:
    page = '<html><head><meta charset="windows-1251"></head><p>Порт открыт</p></html>'
    assert decode(page.encode("cp1251")) == page


def test_an_xml_declaration_counts_too() -> None:
    page = "<?xml version='1.0' encoding='iso-8859-2'?><p>Gdańsk</p>"
    assert decode(page.encode("iso-8859-2")) == page


@pytest.mark.parametrize("declared", ["no-such-encoding", "ascii", "hex"])
def test_a_false_declaration_is_ignored(declared: str) -> None:
    page = f'<html><meta charset="{declared}"><p>The café is open to all.</p></html>'
    assert "The café is open" in decode(page.encode())


def test_a_text_of_one_odd_byte_is_taken_as_cp1252() -> None:
    assert decode(b"The pier\x92s caf\xe9") == "The pier’s café"


def test_bytes_that_cp1252_does_not_know_are_still_read() -> None:
    assert decode(b"Pier \x81\x8d open, caf\xe9 closed, all of it").startswith("Pier ")


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp"])
def test_a_long_text_of_another_family_is_recognised(encoding: str) -> None:
    text = (
        "港の灯台は日曜日に再び開いた。船は長い冬のあと家に帰る。市長は記者団に対し、修理には三年"
        "かかったと述べた。住民は広場に集まり、花火を見ながら歌を歌った。漁師たちは翌朝早く海に出た。"
        "天気は晴れで、風は弱かった。新しい灯台の光は二十キロ先からも見えるという。"
    )
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "data",
    [PNG, bytes(range(256)) * 8, b"\0" * 500, b"%PDF\0\1\2\3" * 50, b"MZ\x90\0\3" * 90],
    ids=["png", "all bytes", "zeros", "pdf", "exe"],
)  # fmt: skip
def test_a_binary_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="binary"):
        decode(data)


def test_a_stray_control_character_makes_no_binary_file() -> None:
    text = "The harbour reopened.\x00\x0c " + "Ships came back to the pier. " * 20
    assert "Ships came back" in decode(text.encode())


@given(st.binary(max_size=400))
@MANY
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except UnreadableError:
        return
    assert isinstance(text, str)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Co", "Cn"]), min_size=1))
@MANY
def test_what_was_encoded_comes_back(text: str) -> None:
    if not text.startswith("\ufeff") and "\ufffd" not in text and "<" not in text:
        assert decode(text.encode()) == text


_WILD = st.text(
    st.sampled_from(
        "a b\n\r\t\x00\x07\x0b\x0c\x1c\x85\xa0\u2028\u2029\u200b\ufeff\ud800\udfff\u3000漢é."
    )
)


@given(st.one_of(_WILD, st.text(st.characters(exclude_categories=[]))))
@settings(MANY, max_examples=400)
def test_sanitizing_twice_is_sanitizing_once(text: str) -> None:
    once = sanitize(text)
    assert sanitize(once) == once
    assert one_line(once) == one_line(text)


@given(st.one_of(_WILD, st.text(st.characters(exclude_categories=[]))))
@settings(MANY, max_examples=400)
def test_a_sanitized_text_can_be_stored(text: str) -> None:
    clean = sanitize(text)
    assert clean.encode().decode() == clean
    assert not set(clean) & set("\r\t\x00\x0b\x0c\x85\xa0\u2028\u2029\ufeff")
    assert "  " not in clean
    assert clean == clean.strip()
    assert "\n" not in one_line(text)


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1))
@MANY
def test_letters_figures_and_marks_are_left_alone(text: str) -> None:
    assert sanitize(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc\x85d", "a\nb\nc\nd"),
        ("a\u2028b", "a\nb"),
        ("a\u2029b", "a\n\nb"),
        ("a\u00a0b\u2009c\td\u3000e", "a b c d e"),
        ("a   b", "a b"),
        ("\ufeffa\u200bb\u2060c", "abc"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("a\ud83db", "a\ufffdb"),
        ("  a \n", "a"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("“a” – b…", "“a” – b…"),
        ("", ""),
    ],
)
def test_odd_characters_are_spelled_plainly(text: str, clean: str) -> None:
    assert sanitize(text) == clean


def test_a_headline_is_one_line() -> None:
    assert one_line(" Harbour\r\n reopens\u2028after\trepairs ") == "Harbour reopens after repairs"


def test_soft_hyphens_are_no_part_of_a_word() -> None:
    assert sanitize("Hafen\xadmeister und Frei\xadhafen") == "Hafenmeister und Freihafen"
