"""The words of an alert in each language; a language is one entry of WORDINGS."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.event import Kind, Status


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything that an alert says besides names and figures."""

    titles: Mapping[Status, str]
    kinds: Mapping[Kind, str]
    statuses: Mapping[Status, str]
    labels: Mapping[str, str]
    correction: str
    digest: str
    undisclosed: str
    colon: str
    comma: str
    quotes: tuple[str, str]
    brackets: str
    tidy: Callable[[str], str] = str


# Chinese signs stand close to each other, and apart from Latin letters and figures
_GAP = re.compile("(?<=[\u3000-\u9fff]) +(?=[\u3000-\u9fff])")


def close_up(text: str) -> str:
    """The text without blanks between Chinese signs."""
    return _GAP.sub("", text)


LABELS = (
    "before",
    "company",
    "kind",
    "round",
    "amount",
    "leads",
    "participants",
    "valuation",
    "status",
    "announced",
    "sources",
    "link",
)

_EN = Wording(
    titles={
        Status.RUMOURED: "{company} is said to raise {amount}{round}",
        Status.ANNOUNCED: "{company} raises {amount}{round}",
        Status.CLOSED: "{company} has closed {amount}{round}",
        Status.DENIED: "{company}: the report of {amount}{round} is denied",
    },
    kinds={Kind.EQUITY: "equity", Kind.DEBT: "debt", Kind.GRANT: "grant", Kind.COMMITMENT: "commitment"},
    statuses={
        Status.RUMOURED: "rumoured",
        Status.ANNOUNCED: "announced",
        Status.CLOSED: "closed",
        Status.DENIED: "denied",
    },
    labels=dict(
        zip(
            LABELS,
            (
                "Told before", "Company", "Kind", "Round", "Amount", "Lead investors", "Other investors", "Valuation",
                "Status", "Announced", "Sources", "More",
            ),
            strict=True,
        )
    ),
    correction="Correction: ",
    digest="{rule}: {count} new",
    undisclosed="an undisclosed amount",
    colon=": ",
    comma=", ",
    quotes=("“", "”"),
    brackets=" ({})",
)  # fmt: skip

_ZH = Wording(
    titles={
        Status.RUMOURED: "{company} 据传融资 {amount}{round}",
        Status.ANNOUNCED: "{company} 获 {amount} 融资{round}",
        Status.CLOSED: "{company} 完成 {amount} 融资{round}",
        Status.DENIED: "{company} 否认 {amount} 融资{round}",
    },
    kinds={Kind.EQUITY: "股权", Kind.DEBT: "债权", Kind.GRANT: "资助", Kind.COMMITMENT: "投资承诺"},
    statuses={Status.RUMOURED: "传闻", Status.ANNOUNCED: "已宣布", Status.CLOSED: "已完成", Status.DENIED: "已否认"},
    labels=dict(
        zip(
            LABELS,
            (
                "此前报道",
                "公司",
                "类型",
                "轮次",
                "金额",
                "领投方",
                "其他投资方",
                "估值",
                "状态",
                "宣布日期",
                "来源",
                "详情",
            ),
            strict=True,
        )
    ),
    correction="更正：",
    digest="{rule}：{count} 条",
    undisclosed="未披露金额",
    colon="：",
    comma="、",
    quotes=("“", "”"),
    brackets="（{}）",
    tidy=close_up,
)

WORDINGS: Mapping[str, Wording] = {"en": _EN, "zh": _ZH}
