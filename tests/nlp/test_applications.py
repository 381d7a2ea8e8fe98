"""What a text says that a company does, as the table's second column tells it."""

from __future__ import annotations

import pytest

from nlp.lang import load_reader
from nlp.mentions import Name


@pytest.mark.parametrize(
    ("language", "body", "name", "described"),
    [
        (
            "en",
            "Quillo, a Leeds firm that sells routing software to ports, has raised $5M",
            "Quillo",
            "routing software",
        ),
        ("en", "Quillo, a Berlin company, has raised $5M", "Quillo", None),
        ("en", "Quillo, the startup putting meal plans into apps, picks up $8M", "Quillo", None),
        ("en", "Quillo, a Swedish grid forecasting company, raised $5M", "Quillo", "grid forecasting"),
        ("en", "AI gaming startup Quillo raises $5M", "Quillo", "AI gaming"),
        ("zh", "成都拓森智能技术有限公司完成1.5亿元A轮融资", "拓森智能", None),
        ("zh", "AI硬件公司拓森智能完成A轮融资", "拓森智能", "AI硬件"),
        ("zh", "拓森智能是一家专注于仓储机器人的公司，近日完成A轮融资", "拓森智能", "仓储机器人"),
        ("zh", "白鹭资本等三方组建的合资拓森智能获投60亿元", "拓森智能", None),
    ],
)
def test_a_company_is_described_by_what_it_does_and_not_by_where_it_sits(language, body, name, described):
    reader = load_reader(language)
    assert reader is not None
    at = body.index(name)
    found = reader.find_application(body, [Name(name, at, at + len(name))]).described
    assert (found and body[slice(*found)].strip()) == described
