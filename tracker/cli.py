"""The command line: `python -m tracker COMMAND`, one module a group of commands under tracker/commands/.

Nothing heavy is imported here or at the top of a command's module, so that `--help` answers at once: a command
imports what it needs in its own body.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from domain.errors import RoundwatchError
from tracker.commands import (
    alerts,
    decide,
    demo,
    doctor,
    explain,
    files,
    keys,
    mcp,
    moving,
    rebuild,
    report,
    review,
    serve,
    sources,
    stages,
)
from tracker.commands.options import warn

GROUPS = (
    stages,
    alerts,
    report,
    serve,
    mcp,
    keys,
    review,
    decide,
    rebuild,
    moving,
    files,
    explain,
    sources,
    doctor,
    demo,
)


class Commands(TyperGroup):
    """The group of all commands: an error that Roundwatch raised on purpose becomes one line and exit status 1."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command and turns its failures into a line on standard error."""
        try:
            return super().invoke(ctx)
        except RoundwatchError as error:
            warn(str(error))
        except KeyboardInterrupt:
            warn("stopped")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # the reader of our output went away (… | head): nothing to say, and nobody to say it to
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            warn(f"{error.filename or type(error).__name__}: {error.strerror or error}")
        raise typer.Exit(1)


app = typer.Typer(
    cls=Commands,
    name="tracker",
    help="Roundwatch: who raised what this week, from whom, at which valuation.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def prepare(
    log_level: Annotated[
        str | None, typer.Option(help="DEBUG, INFO, WARNING or ERROR; ROUNDWATCH_LOG_LEVEL where not given.")
    ] = None,
) -> None:
    """Roundwatch: who raised what this week, from whom, at which valuation."""
    if not {"-h", "--help"}.isdisjoint(sys.argv[1:]):
        # reading the settings would double the time that a command's help takes
        return
    from tracker.logs import configure_logging
    from tracker.settings import load_settings

    settings = load_settings(log_level=log_level)
    configure_logging(settings.log_level)
    logging.getLogger(__name__).debug("settings: %s", settings)


for group in GROUPS:
    group.register(app)
