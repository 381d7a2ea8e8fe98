"""Sources: the outlets that articles come from."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import QueriesDep
from api.describe import describe_source
from api.routes.operations import build_responses
from api.schemas import SourceList

router = APIRouter(prefix="/api/v1/sources", tags=["sources"])


@router.get("", responses=build_responses(SourceList), summary="The sources")
def list_sources(queries: QueriesDep) -> SourceList:
    """Every source with the number of its articles and how its last fetches went."""
    return SourceList(items=[describe_source(source) for source in queries.sources()])
