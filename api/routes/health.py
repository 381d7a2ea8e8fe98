"""Whether the server lives and can answer."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.deps import QueriesDep
from api.guards import Metrics
from api.routes.operations import build_problems, build_responses
from api.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=build_responses(Health), summary="Whether the server lives")
async def get_health() -> Health:
    """Answers as long as the process does, without asking the store."""
    return Health(status="ok")


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": "roundwatch_requests_total 1.0\n"}}}, **build_problems()},
    summary="Figures for Prometheus",
)
async def get_metrics(request: Request) -> Response:
    """Requests and their times by route, as Prometheus reads them."""
    metrics: Metrics = request.app.state.metrics
    return Response(
        generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
    )


@router.get(
    "/readyz", responses={**build_responses(Health), **build_problems(503)}, summary="Whether the store can be read"
)
def get_readiness(queries: QueriesDep) -> Health:
    """Answers where the store does; 503 with a problem document where it does not."""
    queries.first_week()
    return Health(status="ok")
