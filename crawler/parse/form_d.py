"""Form D, by which companies in the United States tell the SEC what securities they sold, as an article.

Its amounts are exact and official: a check on what the news says.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from lxml import etree

from crawler.parse.dates import Moment, parse_date
from crawler.parse.feeds import Entry
from crawler.parse.pages import BadPage, Page, PageRules
from crawler.parse.text import clean_line

_FUND = "pooled investment fund"


def parse_form_d(
    body: bytes,
    url: str,
    *,
    content_type: str | None = None,
    zone: tzinfo = UTC,
    entry: Entry | None = None,
    rules: PageRules | None = None,
    now: datetime | None = None,
) -> Page:
    """Reads a filing's primary_doc.xml; raises BadPage where it is none, and for funds, which are no companies."""
    form = _parse(body)
    name = _get(form, "primaryIssuer/entityName")
    if not name:
        raise BadPage("no_text", "a filing without an issuer's name")
    if _get(form, "offeringData/industryGroup/industryGroupType").lower() == _FUND:
        raise BadPage("out_of_scope", f"{name} is a fund, no company")
    sold = _get_amount(form, "offeringData/offeringSalesAmounts/totalAmountSold")
    total = _get_amount(form, "offeringData/offeringSalesAmounts/totalOfferingAmount")
    if not sold:
        raise BadPage("out_of_scope", f"{name} has sold nothing yet")
    filed = _find_moment(form, entry, zone, now)
    return Page(
        url=url,
        title=f"{name} raises {_write(sold)}, its Form D says",
        text="\n".join(_iter_lines(form, name, sold, total, filed)),
        moment=filed,
        author="U.S. Securities and Exchange Commission, EDGAR",
        language="en",
    )


def _parse(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadPage("not_html", f"no Form D (broken XML: {error})") from error
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = etree.QName(element).localname
    if root.tag != "edgarSubmission":
        raise BadPage("not_html", "XML that is no Form D")
    return root


def _iter_lines(form: etree._Element, name: str, sold: int, total: int | None, filed: Moment | None) -> list[str]:
    town = ", ".join(
        part
        for field in ("city", "stateOrCountryDescription")
        if (part := _get(form, f"primaryIssuer/issuerAddress/{field}").title())
    )
    kind = "equity" if _get(form, "offeringData/typesOfSecuritiesOffered/isEquityType") == "true" else "securities"
    if _get(form, "offeringData/typesOfSecuritiesOffered/isDebtType") == "true" and kind != "equity":
        kind = "debt"
    day = f" on {filed.on:%B} {filed.on.day}, {filed.on.year}" if filed else ""
    lines = [
        f"{name} has raised {_write(sold)} in {kind} financing, according to a Form D filed with the U.S. Securities "
        f"and Exchange Commission{day}."
    ]
    if total and total != sold:
        lines.append(f"The whole offering is for {_write(total)}.")
    if investors := _get(form, "offeringData/investors/totalNumberAlreadyInvested"):
        lines.append(f"{investors} investors have taken part so far.")
    if industry := _get(form, "offeringData/industryGroup/industryGroupType"):
        lines.append(f"Industry: {industry}.")
    if town:
        lines.append(f"Its place of business is {town}.")
    if first := _get(form, "offeringData/typeOfFiling/dateOfFirstSale/value"):
        lines.append(f"The first sale was on {first}.")
    return lines


def _find_moment(form: etree._Element, entry: Entry | None, zone: tzinfo, now: datetime | None) -> Moment | None:
    if entry and entry.moment:
        return entry.moment
    days = [parse_date(clean_line(e.text or ""), zone, now=now) for e in form.iter("signatureDate")]
    return max((day for day in days if day), key=lambda moment: moment.on, default=None)


def _get(form: etree._Element, path: str) -> str:
    return clean_line(form.findtext(path) or "")


def _get_amount(form: etree._Element, path: str) -> int | None:
    text = _get(form, path)
    # "Indefinite" stands where the offering has no limit
    return int(float(text)) if text.replace(".", "", 1).isdecimal() else None


def _write(amount: int) -> str:
    return f"${amount:,}"
