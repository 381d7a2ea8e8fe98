"""Builds the web application: the API under /api/v1, the pages beside it.

request ─→ CORS ─→ metrics ─→ HEAD ─→ gzip ─→ entity tag, safety headers ─→ guards ─→ memory ─→ problems ─→ route
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware

from api.conditional import ConditionalMiddleware, HeadMiddleware
from api.guards import GuardMiddleware, Metrics, MetricsMiddleware, parse_rate
from api.problems import add_problem_handlers
from api.remembered import RememberMiddleware
from api.routes import add_routes, iter_routes
from api.routes.operations import add_schemas, restore_examples
from api.settings import ApiSettings, load_api_settings
from storage.one_thread import open_for_one_thread
from storage.store import Store
from storage.version import StoreVersion

_DESCRIPTION = """\
AI funding events, each round once however many outlets told it, in English and Chinese: by ISO week, with the quote \
behind every field. Errors are problem documents (RFC 9457). Every answer has an ETag; send it back as If-None-Match.
"""
_GZIP_FROM = 1000
# the best level costs three times this one's time and saves a twentieth
_GZIP_LEVEL = 5


def build_app(store: Store, settings: ApiSettings | None = None) -> FastAPI:
    """The application over an open store; settings come from the environment where none are given."""
    app = FastAPI(
        title="Roundwatch",
        version="1",
        summary="AI funding events by ISO week.",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.openapi = lambda: _build_document(app)  # type: ignore[method-assign]
    app.state.store = store
    # for the thread of the event loop, which makes the shortest answers itself
    app.state.own_store = open_for_one_thread(store)
    app.state.settings = settings or load_api_settings()
    app.state.today = lambda: datetime.now(UTC).date()
    add_problem_handlers(app)
    add_routes(app)
    app.state.metrics = Metrics()
    if most := app.state.settings.remember_mb * 1_000_000:
        app.add_middleware(RememberMiddleware, version=StoreVersion(store), most=most)
    rate = parse_rate(app.state.settings.rate_limit)
    app.add_middleware(GuardMiddleware, rate=rate, require_key=app.state.settings.require_key)
    app.add_middleware(ConditionalMiddleware)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_FROM, compresslevel=_GZIP_LEVEL)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(MetricsMiddleware, metrics=app.state.metrics)
    if app.state.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(app.state.settings.cors_origins),
            allow_methods=["GET", "HEAD", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "X-API-Key", "If-None-Match"],
            expose_headers=["ETag", "Link", "Retry-After"],
        )
    return app


def _build_document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, built once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
        )
        add_schemas(document)
        restore_examples(document, iter_routes())
        app.openapi_schema = document
    return app.openapi_schema
