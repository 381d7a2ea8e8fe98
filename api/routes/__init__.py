"""The addresses, a module for each kind of thing."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI
from starlette.routing import BaseRoute

from api.routes import (
    alerts,
    articles,
    desk,
    discover,
    events,
    health,
    pages,
    parties,
    reference,
    reports,
    sources,
    weeks,
)

ROUTERS = (health, weeks, reports, events, parties, discover, articles, sources, alerts, desk, reference, pages)


def add_routes(app: FastAPI) -> None:
    """Adds every address to the app."""
    for module in ROUTERS:
        app.include_router(module.router)


def iter_routes() -> Iterator[BaseRoute]:
    """Yields the routes as they were declared."""
    for module in ROUTERS:
        yield from module.router.routes
