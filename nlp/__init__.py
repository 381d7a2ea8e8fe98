"""How an article is read: spaCy pipes mark spans, frames read them into extractions."""

import sys
from types import ModuleType


def _import_spacy() -> None:
    """Imports spaCy without its command line, which it imports for one function, and which takes a third of the time.

    Typer, Weasel, httpx and Jinja come with it; a module that is not there in earnest stands in its place meanwhile.
    """
    stand_ins = {name: ModuleType(name) for name in ("spacy.cli", "spacy.cli.info")}
    stand_ins["spacy.cli.info"].__dict__["info"] = None
    sys.modules.update(stand_ins)
    try:
        import spacy  # noqa: F401
    finally:
        for name in stand_ins:
            del sys.modules[name]


if "spacy" not in sys.modules:
    _import_spacy()
