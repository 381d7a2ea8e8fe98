from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import uuid
import zipfile
from datetime import datetime

import docx
import openpyxl
import pypdfium2
import pytest

from api.reports.docx_fonts import obfuscate
from api.reports.fonts import FAMILY, list_missing, load_advances, straighten, subset_font
from api.reports.formats import BY_EXTENSION, FORMATS
from api.reports.model import Report
from api.reports.table import build_table
from api.reports.widths import weigh_columns, weigh_table
from tests.api.factories import event, money, open_client, party
from tests.reports.making import build, find_section, make

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
    '#import "x": *',
    "{{ 7*7 }} {% raw %}",
    "a & b < c",
    "璨彧\x00喆",
]


def squeeze(text: str) -> str:
    # lines break anywhere, and a PDF's text may have its own spaces
    return re.sub(r"\s|\ufffe|\x02", "", text)


def read_pdf(data: bytes) -> tuple[str, list]:
    document = pypdfium2.PdfDocument(data)
    pages = [document[number] for number in range(len(document))]
    return "".join(page.get_textpage().get_text_range() for page in pages), pages


def is_drawn_on(page) -> bool:
    pixels = page.render(scale=0.5, grayscale=True).to_numpy()
    return bool((pixels < 100).mean() > 0.002)


def iter_texts(report):
    yield from report.table.columns
    for row in report.table.rows:
        yield from row
    yield from report.table.notes
    for section in report.sections:
        yield section.title
        yield from (paragraph.text for paragraph in section.paragraphs)
        for grid in section.grids:
            yield from (cell.text for row in grid.rows for cell in row)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_cell_shows_in_the_pdf_and_no_glyph_is_missing(world, language):
    text, pages = read_pdf(make(world, "2025-W04", language, "pdf"))
    found = squeeze(text)
    for told in iter_texts(build(world, "2025-W04", language)):
        assert squeeze(straighten(told, language)) in found, told
        assert list_missing(told) == []
    assert "\ufffd" not in text
    assert all(is_drawn_on(page) for page in pages)


def test_charts_are_vectors_in_the_pdf_with_words_that_can_be_searched(world):
    text, _ = read_pdf(make(world, "2025-W04", "zh", "pdf"))
    report = build(world, "2025-W04", "zh")
    for chart in report.charts:
        assert squeeze(chart.title) in squeeze(text)
    assert squeeze(next(report.charts).series[0].top[1]) in squeeze(text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_cell_stands_in_the_word_file(world, language):
    document = docx.Document(io.BytesIO(make(world, "2025-W04", language, "docx")))
    text = "".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))
    report = build(world, "2025-W04", language)
    for told in iter_texts(report):
        assert squeeze(straighten(told, language)) in squeeze(text), told
    assert "{{" not in text and "{%" not in text
    pictures = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert pictures == [f"{chart.title}: {chart.summary}" for chart in report.charts]


def test_the_word_file_brings_its_font_along(world):
    with zipfile.ZipFile(io.BytesIO(make(world, "2025-W04", "zh", "docx"))) as archive:
        assert b"embedTrueTypeFonts" in archive.read("word/settings.xml")
        assert FAMILY.encode() in archive.read("word/fontTable.xml")
        assert len(archive.read("word/fonts/font1.odttf")) > 10_000


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice, which shows a Word file as pages, is not installed"
)
def test_the_word_files_as_a_reader_sees_them(world, tmp_path):
    """Both languages are shown by one program: it takes the font that the first one brings for that of the second."""
    languages = ("zh", "en")
    for language in languages:
        (tmp_path / f"{language}.docx").write_bytes(make(world, "2025-W04", language, "docx"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/home", "--headless", "--convert-to", "pdf"]
    files = [tmp_path / f"{language}.docx" for language in languages]
    subprocess.run([*command, "--outdir", *map(str, (tmp_path, *files))], check=True, capture_output=True, timeout=600)
    for language in languages:
        data = (tmp_path / f"{language}.pdf").read_bytes()
        text, pages = read_pdf(data)
        for told in iter_texts(build(world, "2025-W04", language)):
            assert squeeze(straighten(told, language)) in squeeze(text), told
        assert all(is_drawn_on(page) for page in pages)
        # every glyph comes from the font that the file brings along
        assert {name[7:] for name in re.findall(rb"/BaseFont/([^/>\s]+)", data)} <= {
            b"NotoSansSC-Regular",
            b"NotoSansSC-Bold",
        }


def test_the_workbook_has_numbers_dates_and_filters(world):
    book = openpyxl.load_workbook(io.BytesIO(make(world, "2025-W04", "zh", "xlsx")))
    report = build(world, "2025-W04", "zh")
    sheet = book["2025-W04"]
    heads = [cell.value for cell in sheet[3]]
    assert tuple(heads[:7]) == report.table.columns
    rows = list(sheet.iter_rows(min_row=4, max_row=3 + len(report.table.lines), values_only=True))
    for row, line in zip(rows, report.table.lines, strict=True):
        assert row[:7] == line.printed
        assert row[7] == datetime.combine(line.event.announced_on, datetime.min.time())
        assert row[11] == line.event.amount_usd and (row[11] is None or isinstance(row[11], (int, float)))
        assert row[14] == report.link(line.event)
    assert sheet.auto_filter.ref == f"A3:O{3 + len(rows)}"
    assert sheet.freeze_panes == "B4"
    assert sheet["H4"].number_format == "yyyy-mm-dd" and sheet["L4"].number_format == "#,##0"
    assert {"融资合计", "资料来源"} <= set(book.sheetnames)
    totals = {row[0]: row for row in book["融资合计"].iter_rows(values_only=True)}
    assert totals["债权融资"][1:4] == (1, 1, 5.25e9)
    assert totals["股权融资"][5] == pytest.approx(-0.4621, abs=0.001)


def test_figures_of_the_workbook_say_their_unit_and_lists_can_be_filtered(world):
    book = openpyxl.load_workbook(io.BytesIO(make(world, "2025-W04", "en", "xlsx")))
    for key, column in (("mega", "C"), ("rumours", "C"), ("totals", "D")):
        section = find_section(build(world, "2025-W04", "en"), key)
        sheet = book[section.title[:31]]
        figures = [cell for cell in sheet[column] if isinstance(cell.value, (int, float))]
        assert figures and {cell.number_format for cell in figures} == {'"$"#,##0'}
        if len(section.grids) == 1:
            columns, rows = len(section.grids[0].columns), len(section.grids[0].rows)
            assert sheet.auto_filter.ref == f"A4:{chr(64 + columns)}{4 + rows}"
    changes = [cell for cell in book["Totals"]["F"] if isinstance(cell.value, (int, float))]
    assert changes and {cell.number_format for cell in changes} == {"+0%;-0%;0%"}


def test_the_page_needs_no_other_file_and_shows_chinese_by_itself(world):
    page = make(world, "2025-W04", "zh", "html").decode()
    assert "url(data:font/woff;base64," in page and page.count("<svg") == 5
    assert not re.search(r'(?:src|href)="(?!https://)', page)
    assert "<script" not in page


@pytest.mark.parametrize("extension", BY_EXTENSION)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_report_has_the_same_bytes(extension, language):
    found = [event("月灯", amount=money(1e8), announced_on=event().announced_on)]
    report = Report(build_table(found, language))
    form = BY_EXTENSION[extension]
    assert form.render(report) == form.render(report)
    assert form.render(Report(build_table([], language)))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_in_every_form(name):
    report = Report(
        build_table([event(name, leads=(party(name),), amount=money(1e8))], "en"), public_url="https://r.example"
    )
    text, _ = read_pdf(FORMATS["pdf"].render(report))
    shown = squeeze("".join(char for char in name if char.isprintable()))
    assert shown[:8] in squeeze(text)
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(report)))
    assert book.worksheets[0]["A4"].data_type == "s"
    document = docx.Document(io.BytesIO(FORMATS["docx"].render(report)))
    assert shown in squeeze(
        "".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))
    )
    assert "<script" not in FORMATS["html"].render(report).decode()


@pytest.mark.parametrize(
    ("text", "language", "straight"),
    [
        ("It’s “new”", "en", 'It\'s "new"'),
        ("月灯的“小舵”与Nana’s Algorithm", "zh", "月灯的“小舵”与Nana's Algorithm"),
        ("他说：‘好’", "zh", "他说：‘好’"),
    ],
)
def test_quotes_that_the_font_sets_wide_are_straight_between_letters(text, language, straight):
    assert straighten(text, language) == straight


def test_columns_are_as_wide_as_what_stands_in_them(world):
    grids = find_section(build(world, "2025-W04", "en"), "news").grids
    widths, *others = weigh_columns(grids)
    day, title, source = widths
    assert title > 2 * day > 0 and title > source
    assert {*others} == {widths}
    grid = grids[0]
    document = docx.Document(io.BytesIO(make(world, "2025-W04", "en", "docx")))
    table = next(t for t in document.tables if [c.text for c in t.rows[0].cells] == list(grid.columns))
    assert [round(cell.width / table.rows[0].cells[0].width, 1) for cell in table.rows[0].cells] == [
        round(width / day, 1) for width in (day, title, source)
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_description_takes_its_room_from_no_figure(language):
    kind_of = {"en": "health technology company offering body scans " * 3, "zh": "面向医院的影像诊断平台" * 6}
    rows = [
        event("Retrobiosciences Incorporated", amount=money(1e7, 1e8, "CNY", "vague"), application_types=kind_of),
        event("月灯", amount=money(3e7, 4e7, "CNY"), leads=(party("Quaymont Capital Partners"),) * 3, round="pre-seed"),
    ]
    table = build_table(rows, language)
    widths = weigh_table(table)
    assert sum(widths) == pytest.approx(62, abs=0.1) and min(widths) > 2
    for place in (3, 4, 5, 6):
        longest = max((row[place] for row in table.rows), key=len)
        assert widths[place] >= sum(load_advances()[char] for char in longest)
    assert widths[0] >= sum(load_advances()[char] for char in "Retrobiosciences")


def test_names_stay_on_one_line_where_types_and_leads_leave_room():
    name = "本月云海机器人科技"
    table = build_table([event(name, amount=money(1e8), application_types={"zh": "机器人"})], "zh")
    assert weigh_table(table)[0] >= sum(load_advances()[char] for char in name)


def test_a_table_of_nothing_but_long_cells_is_printed_all_the_same():
    long = {"amount": money(123456789, 987654321, "ZAR"), "valuation": money(1234567890, 9876543210, "ZAR")}
    found = event("W" * 60, round="pre-a", total_raised=long["valuation"], leads=(party("Q" * 90),), **long)
    table = build_table([found], "en")
    assert min(weigh_table(table)) > 2
    assert "W" * 12 in squeeze(read_pdf(FORMATS["pdf"].render(Report(table)))[0])


def test_small_tables_of_the_pdf_stay_on_one_page(world):
    report = build(world, "2025-W04", "en")
    _, pages = read_pdf(make(world, "2025-W04", "en", "pdf"))
    texts = [squeeze(page.get_textpage().get_text_range()) for page in pages]
    for section in report.sections:
        for grid in section.grids:
            cells = ["".join(grid.columns), *("".join(cell.text for cell in row) for row in grid.rows)]
            wanted = squeeze(straighten(grid.title + "".join(cells), "en"))
            assert any(wanted in text for text in texts), grid.key


def test_pages_of_the_word_file_are_numbered_and_named(world):
    (section,) = docx.Document(io.BytesIO(make(world, "2025-W04", "zh", "docx"))).sections
    fields = [node.text for node in section.footer._element.iter() if node.tag.endswith("}instrText")]
    assert fields == ["PAGE", "NUMPAGES"]
    assert "AI 行业融资周报 2025-W04" in section.footer.paragraphs[0].text


def test_grids_of_the_page_under_each_other_line_up(world):
    page = make(world, "2025-W04", "en", "html").decode()
    news = page[page.index('<section class="news">') :]
    shares = re.findall(r"<colgroup>(.*?)</colgroup>", news)
    assert len(shares) > 1 and len(set(shares)) == 1
    assert page.count('<div class="scroll">') == page.count("<table")


def test_a_font_is_cut_to_the_glyphs_that_are_used():
    whole, part = subset_font(["融资动态" * 50]), subset_font(["融"])
    assert len(part) < len(whole) < 20_000
    key = uuid.UUID(int=7)
    assert obfuscate(obfuscate(part, key), key) == part != obfuscate(part, key)


def test_a_house_has_its_own_templates_and_phrases(world, tmp_path, monkeypatch):
    (tmp_path / "report.md").write_text("{{ say('title.week') }}: {{ table.lines | length }} rows\n", "utf-8")
    (tmp_path / "report.typ").write_text(
        '#set text(font: "Noto Sans SC")\n#json("report.json").table.title 自家\n', "utf-8"
    )
    (tmp_path / "en.toml").write_text('[title]\nweek = "Quay Research"\n', "utf-8")
    monkeypatch.setenv("ROUNDWATCH_REPORT_STYLE", str(tmp_path))
    with open_client(world) as client:
        path = "/api/v1/weeks/2025-W04/report."
        assert client.get(f"{path}md?lang=en").text == "Quay Research: 6 rows\n"
        assert "自家" in squeeze(read_pdf(client.get(f"{path}pdf?lang=en").content)[0])
        assert "<h1>Quay Research<" in client.get(f"{path}html?lang=en").text
        monkeypatch.setenv("ROUNDWATCH_REPORT_STYLE", str(tmp_path / "nowhere"))
        assert client.get(f"{path}md").status_code >= 400


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("2025-W04/report.json?min_usd=1e9", ["Stargate", "Tesserat"]),
        ("2025-W04/report.json?top=1", ["Stargate"]),
        ("2025-W04/report.json?kind=debt&kind=commitment", ["Stargate", "Tesserat"]),
        ("2025-W04/report.json?status=denied", ["Quarrel"]),
        ("2025-W04/report.json?investor=GV&round=seed", ["Pebblewise & Söhne"]),
        ("2025-W04/report.json?q=Lumen", ["Lumenfold"]),
        ("2025-W04/report.json?as_of=2025-01-22&min_usd=1", ["Stargate", "Bolt.new", "未来智能"]),
        ("2025-W03..2025-W04/report.json?top=2&kind=equity&status=announced", ["Synthera", "Bolt.new"]),
        ("2025-01/report.json?round=series-d", ["Synthera"]),
    ],
)
def test_the_api_lists_what_is_asked_for(world, query, rows):
    with open_client(world) as client:
        answer = client.get(f"/api/v1/weeks/{query}&lang=en")
    assert [row["application"] for row in json.loads(answer.text)["rows"]] == rows


@pytest.mark.parametrize(
    "query", ["2025-W04/report.md?top=0", "2025-W04/report.md?as_of=soon", "2025-W04/report.md?kind=gift",
              "2025-W04/report.md?min=3", "2025-W05..2025-W03/report.md", "2025-13/report.md"],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_problem(world, query):
    with open_client(world) as client:
        answer = client.get(f"/api/v1/weeks/{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
