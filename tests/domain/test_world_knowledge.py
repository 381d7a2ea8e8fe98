from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import pytest

from domain.gazetteer import load_gazetteer
from domain.names import match_key

KINDS = "vc corporate angel sovereign bank pe accelerator person state-fund family-office government foundation"
COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
ASIA = "CN HK TW JP KR SG IN ID MY TH VN PH"
FIELDS = {
    "company": {"name", "names", "aliases", "products", "country", "sector", "listed", "ambiguous", "ordinary"},
    "investor": {"name", "names", "aliases", "country", "kind", "ambiguous", "ordinary"},
}
FILES = pytest.mark.parametrize(("file", "table"), [("companies.toml", "company"), ("investors.toml", "investor")])


@cache
def read(file: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("domain") / "data" / file).read_text("utf-8"))


def fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def names_of(record: dict[str, Any]) -> list[str]:
    return [record["name"], *record.get("names", {}).values(), *record.get("aliases", [])]


def clashes(records: list[dict[str, Any]], key: Any) -> Iterator[str]:
    owner: dict[str, int] = {}
    for number, record in enumerate(records):
        for name in names_of(record):
            first = owner.setdefault(key(name), number)
            if first != number:
                yield f"{name}: {records[first]['name']} and {record['name']}"


@FILES
@pytest.mark.parametrize("key", [fold, match_key])
def test_no_two_records_share_a_name(file: str, table: str, key: Any) -> None:
    assert list(clashes(read(file)[table], key)) == []


@FILES
def test_no_record_says_a_name_twice(file: str, table: str) -> None:
    twice = [
        name
        for record in read(file)[table]
        for name, count in Counter(
            fold(n) for n in {*record.get("names", {}).values(), record["name"]} | set(record.get("aliases", []))
        ).items()
        if count > 1
    ]
    assert twice == []


@FILES
def test_records_have_known_fields_and_no_empty_ones(file: str, table: str) -> None:
    for record in read(file)[table]:
        assert set(record) <= FIELDS[table], record["name"]
        assert set(record.get("names", {})) <= {"zh", "en"}, record["name"]
        assert all(record.values()), record["name"]
        for name in (*names_of(record), *record.get("products", [])):
            assert name == name.strip() and fold(name), record["name"]


@FILES
def test_a_names_language_is_that_of_its_characters(file: str, table: str) -> None:
    han = re.compile(r"[\u3400-\u9fff]")
    assert [r["name"] for r in read(file)[table] if han.search(r.get("names", {}).get("en", ""))] == []


@FILES
def test_countries_are_iso_codes(file: str, table: str) -> None:
    assert {r["country"] for r in read(file)[table] if "country" in r} <= set(COUNTRIES.split())


@FILES
def test_ambiguous_records_say_which_of_their_names_are_ordinary(file: str, table: str) -> None:
    for record in read(file)[table]:
        assert record.get("ambiguous", False) is bool(record.get("ordinary")), record["name"]
        assert set(record.get("ordinary", [])) <= set(names_of(record)), record["name"]


@pytest.mark.parametrize("name", ["Benchmark", "Index", "Insight", "Tiger", "First Round", "经纬", "险峰", "启明"])
def test_ordinary_words_are_marked(name: str) -> None:
    assert any(name in record.get("ordinary", []) for record in read("investors.toml")["investor"])


def test_sectors_and_kinds_come_from_the_closed_lists() -> None:
    sectors = read("sectors.toml")
    assert all(set(labels) == {"zh", "en"} and all(labels.values()) for labels in sectors.values())
    assert {r["sector"] for r in read("companies.toml")["company"]} <= set(sectors)
    assert {r["kind"] for r in read("investors.toml")["investor"]} == set(KINDS.split())


def test_there_are_enough_of_each() -> None:
    asia = set(ASIA.split())
    companies, investors = read("companies.toml")["company"], read("investors.toml")["investor"]
    assert len(companies) >= 450
    assert len(investors) >= 650
    assert sum(r.get("country") in asia for r in companies) >= 225
    assert sum(r.get("country") not in asia for r in companies) >= 225
    assert sum(r.get("country") == "CN" for r in investors) >= 250
    assert sum(r["kind"] == "person" for r in investors) >= 80


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Moonshot AI", "月之暗面"),
        ("智谱", "Z.ai"),
        ("北京智谱华章科技股份有限公司", "Zhipu AI"),
        ("宇树科技", "Unitree"),
        ("Anysphere", "Cursor"),
        ("StepFun", "阶跃星辰"),
    ],
)
def test_one_company_has_one_key_in_either_language(one: str, other: str) -> None:
    known = load_gazetteer()
    assert known.company_key(one) == known.company_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a16z", "安德森·霍洛维茨"),
        ("GV", "谷歌风投"),
        ("NVIDIA", "英伟达"),
        ("软银集团", "SoftBank"),
        ("U.S. government", "美国政府"),
        ("红杉资本中国基金", "HSG"),
        ("YC", "Y Combinator"),
        ("大基金", "国家集成电路产业投资基金"),
        ("李飞飞", "Fei-Fei Li"),
    ],
)
def test_one_investor_has_one_key_in_either_language(one: str, other: str) -> None:
    known = load_gazetteer()
    assert known.investor_key(one) == known.investor_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NVIDIA", "NVentures"),
        ("SoftBank", "SoftBank Vision Fund 2"),
        ("Sequoia Capital", "红杉中国"),
        ("高瓴", "高瓴创投"),
        ("小米", "小米战投"),
        ("Google", "GV"),
        ("Matrix Partners", "经纬创投"),
        ("Samsung Ventures", "Samsung Next"),
    ],
)
def test_a_house_and_its_fund_stay_apart(one: str, other: str) -> None:
    known = load_gazetteer()
    assert known.investor_key(one) != known.investor_key(other)
