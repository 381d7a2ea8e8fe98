"""Judgements: rows that are added and never changed; the newest one on a matter counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, exists, insert, select

from domain.judgement import Anchor, Judgement, Verdict
from storage.engine import Access
from storage.models import JudgementAnchorRow, JudgementRow
from storage.rows import table

_JUDGEMENT = table(JudgementRow)
_ANCHOR = table(JudgementAnchorRow)


class Judgements:
    """What persons said of events and names."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, judgement: Judgement) -> int:
        """Keeps a judgement, and gives its id."""
        row = {
            "verdict": judgement.verdict.value,
            "field": judgement.field,
            "value": judgement.value,
            "note": judgement.note,
            "judged_by": judgement.judged_by,
            "judged_at": judgement.judged_at,
        }
        with self._access.writing() as connection:
            new = insert(_JUDGEMENT).values(row).returning(_JUDGEMENT.c.id)
            judgement_id = int(connection.execute(new).scalar_one())
            anchors = [
                {
                    "judgement_id": judgement_id,
                    "side": side,
                    "position": position,
                    "url": anchor.url,
                    "company_key": anchor.company_key,
                    "digest": anchor.digest,
                }
                for side in ("subject", "other")
                for position, anchor in enumerate(getattr(judgement, side))
            ]
            if anchors:
                connection.execute(insert(_ANCHOR), anchors)
        return judgement_id

    def list(self) -> list[Judgement]:
        """Every judgement, the oldest first."""
        with self._access.reading() as connection:
            return load_judgements(connection)

    def any(self) -> bool:
        """Whether anybody judged at all."""
        with self._access.reading() as connection:
            return bool(connection.scalar(select(exists(select(_JUDGEMENT.c.id)))))

    def touch(self, keys: Collection[str]) -> bool:
        """Whether anybody judged on a company with one of these keys."""
        with self._access.reading() as connection:
            return bool(connection.scalar(select(exists().where(_ANCHOR.c.company_key.in_(keys)))))


def find_judged_keys(connection: Connection, keys: Iterable[str]) -> set[str]:
    """The keys of all companies that are judged on together with these."""
    here = select(_ANCHOR.c.judgement_id).where(_ANCHOR.c.company_key.in_(list(keys)))
    return set(connection.scalars(select(_ANCHOR.c.company_key).where(_ANCHOR.c.judgement_id.in_(here))))


def load_judgements(connection: Connection, keys: Collection[str] | None = None) -> list[Judgement]:
    """The judgements on companies with these keys, or all of them, the oldest first."""
    if keys is None:
        return _load(connection, select(_JUDGEMENT.c.id))
    return _load(connection, select(_ANCHOR.c.judgement_id).where(_ANCHOR.c.company_key.in_(list(keys))))


def load_on_names(connection: Connection) -> list[Judgement]:
    """The judgements on names of companies and investors, the oldest first."""
    verdicts = [Verdict.ALIAS.value, Verdict.NO_ALIAS.value]
    return _load(connection, select(_JUDGEMENT.c.id).where(_JUDGEMENT.c.verdict.in_(verdicts)))


def _load(connection: Connection, ids: Select[Any]) -> list[Judgement]:
    rows = connection.execute(select(_JUDGEMENT).where(_JUDGEMENT.c.id.in_(ids))).mappings().all()
    if not rows:
        return []
    wanted = select(_ANCHOR).where(_ANCHOR.c.judgement_id.in_(ids))
    anchors: dict[int, dict[str, list[Anchor]]] = defaultdict(lambda: {"subject": [], "other": []})
    order = (_ANCHOR.c.judgement_id, _ANCHOR.c.side, _ANCHOR.c.position)
    for row in connection.execute(wanted.order_by(*order)).mappings():
        anchors[row["judgement_id"]][row["side"]].append(Anchor(row["url"], row["company_key"], row["digest"]))
    return sorted((_read(row, anchors[row["id"]]) for row in rows), key=lambda j: (j.judged_at, j.id or 0))


def _read(row: Any, anchors: Mapping[str, Sequence[Anchor]]) -> Judgement:
    return Judgement(
        verdict=Verdict(row["verdict"]),
        subject=tuple(anchors["subject"]),
        other=tuple(anchors["other"]),
        judged_by=row["judged_by"],
        judged_at=row["judged_at"],
        field=row["field"],
        value=row["value"],
        note=row["note"],
        id=row["id"],
    )
