"""The service's own commands: `uv run app --help`."""

import os
import pkgutil
from importlib import import_module

import typer

from app import TITLE

cli = typer.Typer(
    help=f"{TITLE}: run and operate the service.",
    no_args_is_help=True,
    add_completion=False,
    # Tracebacks with local variables would print secrets.
    pretty_exceptions_enable=False,
)


@cli.callback()
def main() -> None:
    """Run and operate the service."""
    # Files that the service makes are for its own account only.
    os.umask(0o077)


# A module here with `commands = typer.Typer()` adds them: one of your own needs no line elsewhere, and what the answers
# leave out takes its commands along.
for module in pkgutil.iter_modules(__path__):
    found = getattr(import_module(f"{__name__}.{module.name}"), "commands", None)
    if isinstance(found, typer.Typer):
        cli.add_typer(found)
