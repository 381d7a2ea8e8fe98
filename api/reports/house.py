"""The house style: phrases and templates, the shipped ones or those of a folder that outranks them.

    <folder>/report.html, report.md    Jinja
    <folder>/report.docx               docxtpl: a Word file with Jinja in it
    <folder>/report.typ                Typst, for PDF
    <folder>/zh.toml, en.toml          phrases; what is not given stays as shipped

Each file may be absent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.reports.words import Language, Words, load_words
from domain.errors import SettingsError
from domain.period import Period

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(str(resources.files("api"))) / "templates"
_PHRASES = Path(str(resources.files("api.reports"))) / "phrases"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one house in one language."""

    words: Words
    texts: Mapping[str, Any]

    def say(self, key: str, **values: object) -> str:
        """The phrase under a dotted key, with values put in; `KeyError` where there is none."""
        return self.words.set_apart(self.raw(key).format(**values))

    def raw(self, key: str) -> str:
        """The phrase as the file has it."""
        found: Any = self.texts
        for part in key.split("."):
            found = found[part]
        return str(found)

    def name_period(self, period: Period) -> str:
        """The period as a sentence names it: a week or a month by itself, several weeks by the first and the last."""
        first, _, last = str(period).partition("..")
        return self.say("title.weeks", first=first, last=last) if last else first

    def get(self, key: str, fallback: str) -> str:
        """The phrase, or what is given where there is none."""
        try:
            return self.say(key)
        except KeyError:
            return fallback


@dataclass(frozen=True)
class House:
    """A house style; `folder` holds what it does in its own way."""

    folder: Path | None = None

    def phrases(self, language: str) -> Phrases:
        """The phrases in that language."""
        return _load_phrases(self.folder, Language(language))

    def template(self, name: str) -> Path:
        """The template file of that name."""
        own = self.folder / name if self.folder else None
        return own if own and own.is_file() else _TEMPLATES / name

    @cached_property
    def jinja(self) -> Environment:
        """The Jinja templates; values are escaped in HTML, and by the `md` filter in Markdown."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

        from api.reports.markdown import escape_markdown

        folders = [folder for folder in (self.folder, _TEMPLATES) if folder]
        environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=select_autoescape(disabled_extensions=("md",), default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters["md"] = escape_markdown
        return environment


@cache
def load_house(folder: Path | None = None) -> House:
    """The house of a folder, the shipped one where none is given; SettingsError where there is no such folder."""
    if folder is not None and not folder.is_dir():
        raise SettingsError("ROUNDWATCH_REPORT_STYLE", f"{folder} is no folder")
    return House(folder)


@cache
def _load_phrases(folder: Path | None, language: Language) -> Phrases:
    texts = _read(_PHRASES / f"{language}.toml")
    own = folder / f"{language}.toml" if folder else None
    return Phrases(load_words(language), _overlay(texts, _read(own)) if own and own.is_file() else texts)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(str(path), f"cannot be read: {error}") from error


def _overlay(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    both = {name: value for name, value in own.items() if name not in base}
    for name, value in base.items():
        given = own.get(name, value)
        both[name] = _overlay(value, given) if isinstance(value, dict) and isinstance(given, dict) else given
    return both
