"""The service's own commands: `uv run app --help`."""

import os
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from app import TITLE

Found = TyperCommand | TyperGroup
# A module here with `commands = typer.Typer()` adds them: one of your own needs no line elsewhere, and what the answers
# leave out takes its commands along.
MODULES = [module.name for module in pkgutil.iter_modules(__path__)]


class Commands(TyperGroup):
    """Imports no more modules than it takes to find a command: imports are most of what a short one takes."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 (given by position)
        """Return the names of all commands."""
        return list(_commands_of(*MODULES))

    def get_command(self, ctx: object, cmd_name: str) -> Found | None:  # noqa: ARG002 (given by position)
        """Return a command; None when there is none of this name."""
        named_so = cmd_name.replace("-", "_")
        likely_first = sorted(MODULES, key=lambda module: module != named_so)
        return next((commands[cmd_name] for commands in map(_commands_of, likely_first) if cmd_name in commands), None)


@cache
def _commands_of(*modules: str) -> Mapping[str, Found]:
    together = typer.Typer()
    for module in modules:
        found = getattr(import_module(f"{__name__}.{module}"), "commands", None)
        if isinstance(found, typer.Typer):
            together.add_typer(found)
    return cast("Mapping[str, Found]", get_group(together).commands)


cli = typer.Typer(
    cls=Commands,
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
