from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.encodings import decode_bytes, find_charset

CHINESE = "青鸟智行完成一亿美元融资，由北岸资本领投，公司计划扩大团队。"
TRADITIONAL = "這家公司宣布完成一億美元的融資，由北岸資本領投，將擴大團隊。"
JAPANESE = "この会社は、一億ドルの資金を調達したと発表しました。"
KANA = "これはとてもおもしろいロボットの会社です。資金を調達したとはっぴょうしました。"
KOREAN = "라크필드 로보틱스는 시리즈 A 투자를 유치했다고 수요일 밝혔다. 투자금은 인력 채용에 쓰인다."
RUSSIAN = "Компания Ларкфилд привлекла двенадцать миллионов долларов, сообщила она в среду. Раунд возглавил фонд."
FRENCH = "La société a levé 5 millions d’euros, menée par « Élan ». Déjà à Genève."


@pytest.mark.parametrize(
    ("text", "charset", "declared"),
    [
        (CHINESE, "utf-8", None),
        (CHINESE, "utf-8", "text/html; charset=gb2312"),
        (CHINESE, "gb18030", "text/html; charset=gb2312"),
        (CHINESE, "gbk", None),
        (CHINESE, "gbk", "text/html; charset=utf-8"),
        (CHINESE, "gb18030", "text/html; charset=iso-8859-1"),
        (CHINESE, "gb18030", "text/html; charset=big5"),
        (TRADITIONAL, "big5", None),
        (TRADITIONAL, "big5", "text/html; charset=gbk"),
        (JAPANESE, "shift_jis", "text/html; charset=shift_jis"),
        (JAPANESE, "euc-jp", "text/html; charset=euc-jp"),
        (JAPANESE, "iso2022_jp", "text/html; charset=iso-2022-jp"),
        (JAPANESE, "shift_jis", None),
        (KANA, "euc-jp", None),
        (KANA, "shift_jis", "text/html; charset=gbk"),
        (KOREAN, "euc-kr", None),
        (KOREAN, "euc-kr", "text/html; charset=utf-8"),
        (CHINESE, "gbk", "text/html; charset=euc-kr"),
        (CHINESE, "gbk", "text/html; charset=shift_jis"),
        (TRADITIONAL, "big5", "text/html; charset=euc-kr"),
        (RUSSIAN, "cp1251", "text/html; charset=windows-1251"),
        (RUSSIAN, "koi8-r", "text/html; charset=koi8-r"),
        (CHINESE, "gbk", "text/html; charset=windows-1251"),
        (FRENCH, "cp1252", "text/html; charset=iso-8859-1"),
        (FRENCH, "cp1252", None),
        (FRENCH, "utf-8", "text/html; charset=iso-8859-1"),
        (CHINESE, "utf-16", None),
        (CHINESE, "utf-8-sig", "text/html; charset=gbk"),
    ],
)
def test_bytes_are_read_as_they_were_meant_whatever_is_declared(text: str, charset: str, declared: str | None) -> None:
    page = f"<html><body><p>{text * 3}</p></body></html>"
    assert decode_bytes(page.encode(charset), declared) == page


def test_a_page_declares_its_charset_in_a_meta_element_or_an_xml_head() -> None:
    assert find_charset(b'<html><head><meta http-equiv=x content="text/html; charset=gb2312">') == "gb18030"
    assert find_charset(b"<?xml version='1.0' encoding='Big5'?>") == "big5hkscs"
    assert find_charset(b"<p>nothing") is None
    assert find_charset(b"<meta charset='no-such-thing'>") is None


def test_a_byte_that_was_cut_off_does_not_cost_the_text() -> None:
    assert decode_bytes((CHINESE * 20).encode()[:-1]).startswith(CHINESE)


@given(
    st.binary(max_size=400), st.sampled_from([None, "text/html; charset=gbk", "text/html; charset=\x00", "charset=hex"])
)
def test_no_bytes_break_it(body: bytes, declared: str | None) -> None:
    assert "\x00" not in decode_bytes(body, declared)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\ufeff"), max_size=200))
def test_utf8_is_always_itself(text: str) -> None:
    assert decode_bytes(codecs.BOM_UTF8 + text.encode()) == text
    assert decode_bytes(text.encode()) == text
