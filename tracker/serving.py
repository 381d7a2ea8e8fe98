"""Runs the API and its pages, on the wished port or the next free one."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from domain.errors import SettingsError

if TYPE_CHECKING:
    from storage.store import Store
    from tracker.settings import TrackerSettings


def find_port(host: str, first: int = 8000, tries: int = 100) -> int:
    """The first free port from `first` on."""
    for port in range(first, first + tries):
        if _is_free(host, port):
            return port
    raise SettingsError(f"{host}:{first}", f"none of {tries} ports from there on is free")


def check_port(host: str, port: int) -> None:
    """Raises SettingsError where the port cannot be listened on."""
    if not _is_free(host, port):
        raise SettingsError(f"{host}:{port}", "cannot listen there (in use, or not an address of this machine)")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # as the server itself does: a port in TIME_WAIT is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve_store(store: Store, settings: TrackerSettings, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serves until Ctrl-C or SIGTERM; `announce` is told the address first."""
    import uvicorn

    from api.app import build_app
    from tracker.alerts.keeper import CheckedRules
    from tracker.court import StoreCourt
    from tracker.indexing import indexing

    check_port(host, port)
    app = build_app(store)
    app.state.rule_keeper = CheckedRules(store, settings)
    app.state.court = StoreCourt(store, settings)
    announce(build_address(host, port))
    # those who follow the stream of alerts would never let go by themselves
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", lifespan="on", timeout_graceful_shutdown=2)
    with indexing(store):
        uvicorn.Server(config).run()


def build_address(host: str, port: int) -> str:
    """The address to put into a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
