"""Tables as Parquet; the library is loaded when the first one is asked for."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from api.forms.text import list_columns

_WHOLE = 2**63


def render_parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """One file, its columns typed by what stands in them: text, whole number, number, truth."""
    import pyarrow
    import pyarrow.parquet

    columns = {name: [row.get(name) for row in rows] for name in list_columns(rows)}
    table = pyarrow.table({name: pyarrow.array(values, _type_of(name, values)) for name, values in columns.items()})
    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out)
    return out.getvalue()


def _type_of(name: str, values: Sequence[Any]) -> Any:
    import pyarrow

    found = {type(value) for value in values if value is not None}
    if found and found <= {bool}:
        return pyarrow.bool_()
    # a page without any amount has the columns' types all the same, so that files fit together
    if name.endswith(("_usd", "confidence")) or float in found:
        return pyarrow.float64()
    if (found and found <= {int}) or name.endswith(("_min", "_max")):
        fits = all(value is None or -_WHOLE <= value < _WHOLE for value in values)
        return pyarrow.int64() if fits else pyarrow.float64()
    return pyarrow.string()
