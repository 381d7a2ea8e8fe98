"""The week's funding table in each form it is rendered in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import examples
from api.deps import LanguageDep, StoreDep, WeekDep
from api.problems import RequestError
from api.reports.formats import BY_EXTENSION
from api.reports.table import build_table
from api.reports.words import load_words
from api.routes.operations import Responses, build_problems

router = APIRouter(prefix="/api/v1/weeks", tags=["reports"])


_EXAMPLES = {
    "json": examples.REPORT,
    "csv": "Application,Type,Lead investors,Round,Amount,Total raised,Valuation\r\n",
    "md": "| Application | Type | Lead investors | Round | Amount | Total raised | Valuation |\n",
    "html": "<!doctype html>",
}
# told here by hand, since importing this module reads no file
_MEDIA = {"json": "application/json", "csv": "text/csv", "md": "text/markdown", "html": "text/html"}
_SCHEMA = {"json": {"$ref": "#/components/schemas/Report"}}
_RESPONSES: Responses = {
    200: {
        "description": "The table.",
        "content": {
            _MEDIA[name]: {"example": example, "schema": _SCHEMA.get(name, {"type": "string"})}
            for name, example in _EXAMPLES.items()
        },
    },
    **build_problems(400, 404),
}
Form = Annotated[str, Path(alias="form", description="json, csv, md or html.", examples=["csv"], max_length=16)]


@router.get("/{week}/report.{form}", response_class=Response, responses=_RESPONSES, summary="The week's funding table")
def get_report(form: Form, week: WeekDep, language: LanguageDep, store: StoreDep) -> Response:
    """The seven columns of the brokers' weekly, a row a round, the same bytes as `python -m tracker report` prints."""
    found = BY_EXTENSION.get(form)
    if found is None:
        known = ", ".join(f"report.{extension}" for extension in BY_EXTENSION)
        raise RequestError(404, f"report.{form}", "there is no such form of the report", hint=f"Ask for {known}.")
    text = found.render(build_table(store.events.in_week(week), language))
    headers = {
        "Content-Disposition": f'inline; filename="roundwatch-{week}-{language.value}.{form}"',
        "Content-Language": load_words(language).tag,
        "Vary": "Accept-Language",
    }
    return Response(text, media_type=found.media_type, headers=headers)
