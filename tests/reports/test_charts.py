from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reports.charts.define import build_charts, round_up
from api.reports.charts.draw import WIDTH, cut, measure, render_svg
from api.reports.docx import render_png
from api.reports.fonts import list_missing
from api.reports.house import load_house
from domain.period import parse_period
from tests.api.factories import event, money
from tests.reports.making import build, find_section

SVG = "{http://www.w3.org/2000/svg}"
W04 = parse_period("2025-W04")


def charts_of(world, language):
    return {chart.key: chart for chart in find_section(build(world, "2025-W04", language), "charts").charts}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_chart_is_sound_svg_that_says_all_its_values(world, language):
    charts = charts_of(world, language)
    assert list(charts) == ["weekly", "sectors", "rounds", "top", "cumulative"]
    for chart in charts.values():
        root = ET.fromstring(render_svg(chart, lambda event_id: f"https://rounds.example/events/{event_id}"))
        said = {text.text for text in root.iter(f"{SVG}text")}
        assert chart.summary in {desc.text for desc in root.iter(f"{SVG}desc")}
        if chart.shape == "bars":
            assert {point.text for series in chart.series for point in series.points} <= said
        assert list_missing("".join(filter(None, said))) == []


def test_the_bars_of_the_top_deals_lead_to_their_events(world):
    chart = charts_of(world, "en")["top"]
    root = ET.fromstring(render_svg(chart, lambda event_id: f"/events/{event_id}"))
    links = [link.get("href") for link in root.iter(f"{SVG}a")]
    assert links == [f"/events/{point.event_id}" for series in chart.series for point in series.points]


def test_a_commitment_leaves_the_bars_of_rounds_to_be_seen_and_figures_are_those_of_the_table(world):
    top, table = charts_of(world, "zh")["top"], build(world, "2025-W04", "zh").table
    assert [series.label for series in top.series] == ["股权融资", "债权融资", "投资承诺"]
    printed = {line.event.id: line.cells[4] for line in table.lines if line.event.amount}
    for series in top.series:
        assert series.top[0] == max(point.value for point in series.points)
        for point in series.points:
            # what is not in dollars is told in dollars, as the table's note has it
            told = printed[point.event_id]
            assert point.text == told or ("人民币" in told and any(point.text in note for note in table.notes))
    root = ET.fromstring(render_svg(top))
    assert {series.label for series in top.series} <= {text.text for text in root.iter(f"{SVG}text")}


def test_kinds_have_panels_of_their_own_and_only_the_own_week_is_strong(world):
    weekly = charts_of(world, "zh")["weekly"]
    assert [series.label for series in weekly.series] == ["股权融资", "债权融资", "投资承诺"]
    for series in weekly.series:
        assert [point.label for point in series.points if point.strong] == ["W04"]
        assert len(series.points) == 12


def test_many_sectors_are_gathered_and_nothing_is_lost():
    sectors = [
        "voice",
        "robotics",
        "legal",
        "space",
        "energy",
        "finance",
        "security",
        "quantum",
        "education",
        "commerce",
        "defense",
    ]
    events = [event(sector=sector, amount=money(1e6 * (place + 1))) for place, sector in enumerate(sectors)]
    chart = next(c for c in build_charts(events, [], W04, load_house().phrases("en")) if c.key == "sectors")
    points = chart.series[0].points
    assert len(points) == 10 and points[-1].label == "Others"
    assert sum(point.value for point in points) == sum(e.amount_usd for e in events)


def test_hostile_names_stay_text_in_a_chart():
    found = event('<script>"x"</script>\x00&', amount=money(1e8))
    (chart,) = [c for c in build_charts([found], [], W04, load_house().phrases("en")) if c.key == "top"]
    root = ET.fromstring(render_svg(chart, lambda event_id: '"><script>'))
    assert not list(root.iter(f"{SVG}script"))


def test_without_an_amount_there_is_nothing_to_draw():
    assert build_charts([event()], [], W04, load_house().phrases("zh")) == []


def test_a_picture_is_sharp_and_drawn_with_the_reports_own_font(world):
    picture = render_png(charts_of(world, "zh")["top"])
    width = int.from_bytes(picture[16:20])
    assert picture.startswith(b"\x89PNG") and width >= 1400


@given(st.floats(1e-3, 1e15))
def test_a_scale_ends_at_or_above_its_largest_value(value):
    assert value <= round_up(value) <= value * 2.5 * (1 + 1e-9)


@given(st.text(max_size=60), st.floats(20, WIDTH))
def test_a_label_is_cut_to_its_room(text, room):
    assert measure(cut(text, room)) <= room
