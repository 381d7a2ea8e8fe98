from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from api.reports.fonts import font_file
from tests.api.factories import open_client
from tests.reports.making import build


def cut_charts(page: str) -> list[str]:
    return ["<svg" + part.split("</svg>")[0] + "</svg>" for part in page.split("<svg")[1:]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_week_shows_the_charts_of_its_report(world, language):
    with open_client(world) as client:
        charts = cut_charts(client.get(f"/weeks/2025-W04?lang={language}").text)
    expected = list(build(world, "2025-W04", language).charts)
    drawn = [ET.fromstring(chart) for chart in charts]
    assert [root.get("aria-label") for root in drawn] == [chart.title for chart in expected]
    assert [root[1].text for root in drawn] == [chart.summary for chart in expected]
    links = [link.get("href") for link in drawn[3].iter("{http://www.w3.org/2000/svg}a")]
    assert links == [
        f"/events/{point.event_id}?lang={language}" for series in expected[3].series for point in series.points
    ]


def test_the_charts_font_is_served_to_browsers_without_a_chinese_one(world):
    with open_client(world) as client:
        answer = client.get("/static/fonts/NotoSansSC-Regular.ttf")
        assert answer.content == font_file().read_bytes()
        assert "font-src 'self'" in answer.headers["content-security-policy"]
        assert client.get("/static/fonts/OFL.txt").status_code == 404
