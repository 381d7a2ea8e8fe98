"""The font that reports bring along, so that Chinese shows where no Chinese font is installed.

Noto Sans SC (SIL Open Font License), regular and bold, lies in `fonts`; HTML and Word files carry the glyphs they use.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

FAMILY = "Noto Sans SC"
FOLDER = Path(str(resources.files("api.reports"))) / "fonts"
_FILES = {"regular": "NotoSansSC-Regular.ttf", "bold": "NotoSansSC-Bold.ttf"}
# letters, digits and the marks between them: always there, so that a text can be changed, and so that an office program
# that mixes up the fonts of two open reports still shows all but rare Chinese characters
LATIN = "".join(map(chr, (*range(0x21, 0x7F), *range(0xA1, 0x100)))) + "–—−…‘’“”€₹₩、。，；：？！（）《》·"
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_APOSTROPHE = re.compile(r"(?<=[A-Za-z0-9])’(?=[A-Za-z])")
# what a web page or Word needs of a font: no more
_TABLES = ("GSUB", "GPOS", "GDEF", "DSIG", "gasp", "vhea", "vmtx")


def find_font(name: str) -> Path | None:
    """The font file of that name, None where it is none of them."""
    return FOLDER / name if name in _FILES.values() else None


def font_file(weight: str = "regular") -> Path:
    """The file of that weight, regular or bold."""
    return FOLDER / _FILES[weight]


@cache
def load_charset() -> frozenset[str]:
    """The characters that the font can show."""
    from fontTools.ttLib import TTFont

    with TTFont(font_file(), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def load_advances() -> Mapping[str, float]:
    """How wide the bold font sets each of its characters, as a part of the height; bold is never the narrower one."""
    from fontTools.ttLib import TTFont

    with TTFont(font_file("bold"), lazy=True) as font:
        metrics, em = font["hmtx"], font["head"].unitsPerEm
        return {chr(code): metrics[glyph][0] / em for code, glyph in font.getBestCmap().items()}


def list_missing(text: str) -> list[str]:
    """The characters of the text that the font cannot show."""
    return sorted({char for char in text if char.isprintable() and char != " "} - load_charset())


def straighten(text: str, language: str) -> str:
    """The text with straight quotes where those of the font, each as wide as a Chinese character, would gape."""
    return text.translate(_STRAIGHT) if language == "en" else _APOSTROPHE.sub("'", text)


def subset_font(texts: Iterable[str], weight: str = "regular", *, flavor: str | None = None) -> bytes:
    """The font with the glyphs of these texts alone, as TrueType, or as WOFF where asked for."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features=[], notdef_outline=True, name_IDs=[1, 2, 3, 4, 6], recalc_timestamp=False)
    options.drop_tables += _TABLES
    chars = {char for text in texts for char in text} & load_charset()
    with TTFont(font_file(weight), lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=sorted({ord(char) for char in chars} | {0x20}))
        subsetter.subset(font)
        return _save(font, flavor)


def _save(font: Any, flavor: str | None) -> bytes:
    out = io.BytesIO()
    font.flavor = flavor
    font.save(out)
    return out.getvalue()
