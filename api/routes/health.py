"""Whether the server lives and can answer."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import QueriesDep
from api.routes.operations import build_problems, build_responses
from api.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=build_responses(Health), summary="Whether the server lives")
def get_health() -> Health:
    """Answers as long as the process does, without asking the store."""
    return Health(status="ok")


@router.get(
    "/readyz", responses={**build_responses(Health), **build_problems(503)}, summary="Whether the store can be read"
)
def get_readiness(queries: QueriesDep) -> Health:
    """Answers where the store does; 503 with a problem document where it does not."""
    queries.first_week()
    return Health(status="ok")
