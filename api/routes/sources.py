"""Sources: the outlets that articles come from."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import AnswererDep, add_listing
from api.describe import describe_source
from api.schemas import SourceList

router = APIRouter(prefix="/api/v1/sources", tags=["sources"])


def list_sources(answerer: AnswererDep) -> Response:
    """Every source with the number of its articles and how its last fetches went."""
    sources = SourceList(items=[describe_source(source) for source in answerer.queries.sources()])
    return answerer.send_model(sources, sources.items)


add_listing(router, "", list_sources, SourceList, summary="The sources")
