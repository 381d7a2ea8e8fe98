"""Packs a Word file with the font that it is written in (ECMA-376, embedded fonts), always in the same bytes."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterable

from api.reports.fonts import FAMILY, LATIN, subset_font

_TABLE, _RELATIONS = "word/fontTable.xml", "word/_rels/fontTable.xml.rels"
_TYPES, _SETTINGS = "[Content_Types].xml", "word/settings.xml"
_WEIGHTS = {"regular": "embedRegular", "bold": "embedBold"}
_OPEN = "http://schemas.openxmlformats.org"
_MAIN = f"{_OPEN}/wordprocessingml/2006/main"
_DRAWN = f"{_OPEN}/officeDocument/2006/relationships"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack_document(document: bytes, texts: Iterable[str]) -> bytes:
    """The file with the glyphs of these texts embedded, and with all letters and digits."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    _embed(parts, [LATIN, *texts])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            # the time of packing would make other bytes of the same document
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _embed(parts: dict[str, bytes], texts: list[str]) -> None:
    fonts, relations = [], []
    for number, (weight, element) in enumerate(_WEIGHTS.items(), 1):
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"{FAMILY} {weight}")
        parts[f"word/fonts/font{number}.odttf"] = obfuscate(subset_font(texts, weight), key)
        fonts.append(f'<w:{element} r:id="rId{number}" w:fontKey="{{{str(key).upper()}}}"/>')
        relations.append(f'<Relationship Id="rId{number}" Type="{_DRAWN}/font" Target="fonts/font{number}.odttf"/>')
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    font = f'<w:font w:name="{FAMILY}">{"".join(fonts)}</w:font>'
    parts[_TABLE] = f'{head}<w:fonts xmlns:w="{_MAIN}" xmlns:r="{_DRAWN}">{font}</w:fonts>'.encode()
    parts[_RELATIONS] = (
        f'{head}<Relationships xmlns="{_OPEN}/package/2006/relationships">{"".join(relations)}</Relationships>'
    ).encode()
    odttf = b'<Default Extension="odttf" ContentType="application/vnd.openxmlformats-officedocument.obfuscatedFont"/>'
    parts[_TYPES] = _insert(parts[_TYPES], b"<Default ", odttf)
    # the order of settings is fixed: this one may come after the view's and before all that templates usually have
    parts[_SETTINGS] = _insert_setting(parts[_SETTINGS])


def _insert(text: bytes, before: bytes, new: bytes) -> bytes:
    place = text.index(before)
    return text[:place] + new + text[place:]


def _insert_setting(settings: bytes) -> bytes:
    wanted = b"<w:embedTrueTypeFonts/><w:saveSubsetFonts/>"
    for before in (b"<w:embedSystemFonts", b"<w:bordersDoNotSurroundHeader", b"<w:proofState", b"<w:defaultTabStop"):
        if before in settings:
            return _insert(settings, before, wanted)
    return settings


def obfuscate(font: bytes, key: uuid.UUID) -> bytes:
    """The font with its first 32 bytes mixed with the key, as the standard has it."""
    mask = key.bytes[::-1] * 2
    return bytes(byte ^ mask[place] for place, byte in enumerate(font[:32])) + font[32:]
