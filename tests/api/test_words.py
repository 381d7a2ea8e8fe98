from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

import api.reports
from api.reports.model import COLUMNS
from api.reports.words import Language, load_words
from domain.event import DatePrecision, Kind, Status
from domain.history import diff_events
from tests.api.factories import event, money, party

ROOM = Path(api.reports.__file__).parent.parent
FILES = {language: ROOM / "reports" / "lang" / f"{language.value}.toml" for language in Language}


def read(language: Language) -> dict:
    return tomllib.loads(FILES[language].read_text("utf-8"))


def flatten(data: dict, prefix: str = "") -> dict[str, str]:
    found = {}
    for key, value in data.items():
        if isinstance(value, dict):
            found |= flatten(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            found[prefix + key] = value
    return found


def test_a_language_is_a_file_and_no_file_is_without_its_language():
    assert sorted(path.stem for path in (ROOM / "reports" / "lang").glob("*.toml")) == sorted(Language)


def test_all_languages_say_the_same_things():
    # the number of currencies and months that need a word differs
    apart = ("currencies.", "amounts.", "dates.months")
    keys = [{key for key in flatten(read(language)) if not key.startswith(apart)} for language in Language]
    assert keys[0] == keys[1]


def test_words_take_the_same_values_in_every_language():
    free = {"rounds.pre-seed", "dates.span_in_month"}
    texts = [flatten(read(language)) for language in Language]
    for key in texts[0].keys() & texts[1].keys() - free:
        if key.startswith(("amounts.", "currencies.")):
            continue
        fields = [{name for _, name, _, _ in string.Formatter().parse(text[key]) if name} for text in texts]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize("language", list(Language))
def test_every_word_that_a_page_says_is_there_and_every_word_is_said(language):
    sources = [*(ROOM / "templates").glob("*.html"), ROOM / "views.py"]
    said = {key for path in sources for key in re.findall(r'say\(["\'](\w+)["\']', path.read_text("utf-8"))}
    said |= set(re.findall(r'pages\["(\w+)"\]', (ROOM / "views.py").read_text("utf-8")))
    said |= {kind.value for kind in Kind}
    assert said == set(load_words(language).pages)


@pytest.mark.parametrize("language", list(Language))
def test_every_value_of_the_domain_has_a_word(language):
    words = load_words(language)
    assert set(words.columns) == set(COLUMNS)
    assert set(words.kinds) == {kind.value for kind in Kind}
    assert set(words.statuses) == {status.value for status in Status}
    assert set(words.dates) >= {precision.value for precision in DatePrecision}


@pytest.mark.parametrize("language", list(Language))
def test_every_field_that_a_revision_may_change_has_a_label(language):
    full = event(
        round="seed", amount=money(1e6), valuation=money(1e7), valuation_usd=1e7, total_raised=money(2e6),
        leads=(party("Quaymont"),), participants=(party("Ostler"),), application="Loom",
        application_types={"en": "looms"}, sector="robotics", country="FR",
    )  # fmt: skip
    assert set(diff_events(None, full)) - {"date_precision"} <= set(load_words(language).fields)


@pytest.mark.parametrize(
    ("names", "zh", "en"),
    [
        ([], "", ""),
        (["Emergence"], "Emergence", "Emergence"),
        (["Emergence", "GV"], "Emergence、GV", "Emergence and GV"),
        (
            ["美国政府", "OpenAI", "甲骨文", "软银"],
            "美国政府、OpenAI、甲骨文和软银",
            "美国政府, OpenAI, 甲骨文 and 软银",
        ),
        (["软银", "甲骨文", "OpenAI"], "软银、甲骨文和 OpenAI", "软银, 甲骨文 and OpenAI"),
        (["软银", "OpenAI", "甲骨文"], "软银、OpenAI 和甲骨文", "软银, OpenAI and 甲骨文"),
        (["小i资本", "K2基金"], "小i资本、K2基金", "小i资本 and K2基金"),
    ],
)
def test_names_are_listed_and_keep_their_spelling(names, zh, en):
    assert (load_words("zh").join(names), load_words("en").join(names)) == (zh, en)


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("AI基础设施建设", "AI 基础设施建设"),
        ("AI驱动全栈开发平台", "AI 驱动全栈开发平台"),
        ("面向B2B的AI客服", "面向 B2B 的 AI 客服"),
        ("AI 硬件", "AI 硬件"),
        ("人形机器人", "人形机器人"),
        ("全栈（AI）平台", "全栈（AI）平台"),
        ("占30%股权", "占 30% 股权"),
    ],
)
def test_characters_and_latin_words_are_set_apart_in_chinese_alone(text, apart):
    assert load_words("zh").set_apart(text) == apart
    assert load_words("en").set_apart(text) == text
