"""Runs in the environment of a rendered service and prints, as JSON, its OpenAPI description and its commands.

It knows the service by what is public, the script `app` and two of its commands: it must run in every release.
"""

import contextlib
import io
import json
import sys
from importlib.metadata import entry_points
from typing import Any

from typer.main import get_command

FACTS = ("required", "default", "nargs", "multiple", "is_flag", "envvar")


def commands(command: Any, name: str) -> dict[str, dict[str, str]]:
    """Return every command by its full name, with its arguments and options."""
    if not hasattr(command, "list_commands"):
        return {name: parameters(command)}
    context = command.make_context(name, [], resilient_parsing=True)
    found: dict[str, dict[str, str]] = {}
    for own_name in command.list_commands(context):
        found |= commands(command.get_command(context, own_name), f"{name} {own_name}")
    return found


def parameters(command: Any) -> dict[str, str]:
    """Return what is known of each argument and option, by every name that it has."""
    return {
        name: ", ".join(f"{fact} {getattr(parameter, fact, None)}" for fact in FACTS)
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
    }


if __name__ == "__main__":
    (script,) = entry_points(group="console_scripts", name="app")
    app = get_command(script.load())
    with contextlib.redirect_stdout(io.StringIO()):
        app.main(["secrets", "init"], standalone_mode=False)  # a .env, without which nothing starts
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        app.main(["openapi"], standalone_mode=False)
    json.dump({"openapi": json.loads(printed.getvalue()), "commands": commands(app, "app")}, sys.stdout)
