"""Rotating the signing keys without refusing a token: add, wait, promote, wait, retire."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from app.cli.env_file import replace_value
from app.cli.errors import fail, readable_errors
from app.core.settings import load_settings
from app.security.keys import InvalidKeys, KeySet, SigningKey
from app.security.token_settings import TokenSettings

commands = typer.Typer(
    name="keys", help="Rotate the keys that sign access tokens: add, promote, retire.", no_args_is_help=True
)
Kid = Annotated[str, typer.Argument(help="The key's id, as `keys list` prints it.")]
EnvFile = Annotated[
    Path | None, typer.Option("--env-file", help="Write JWT_KEYS into this file instead of printing the new value.")
]


@commands.command("list")
def list_keys() -> None:
    """Print the ids and algorithms of all keys; the first one signs."""
    for index, key in enumerate(_load().keys):
        typer.echo(f"{key.kid}  {key.algorithm}  {'signs' if index == 0 else 'verifies'}")


@commands.command()
def add(env_file: EnvFile = None) -> None:
    """Add a fresh key. It verifies and is published, but does not sign yet."""
    key = SigningKey.generate()
    _save(_load().add(key), env_file, f"Added {key.kid}. Roll it out everywhere, then `keys promote {key.kid}`.")


@commands.command()
def promote(kid: Kid, env_file: EnvFile = None) -> None:
    """Let a key sign. The others still verify."""
    with _explained():
        changed = _load().promote(kid)
    _save(changed, env_file, f"{kid} signs. Once the last older token has expired, `keys retire` the old key.")


@commands.command()
def retire(kid: Kid, env_file: EnvFile = None) -> None:
    """Drop a key. Tokens that it signed are refused."""
    with _explained():
        changed = _load().retire(kid)
    _save(changed, env_file, f"Retired {kid}.")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except InvalidKeys as error:
        raise fail(f"{error}.".capitalize()) from None


def _load() -> KeySet:
    with readable_errors():
        return KeySet.parse(load_settings(TokenSettings).jwt_keys.get_secret_value())


def _save(keys: KeySet, env_file: Path | None, message: str) -> None:
    if env_file is None:
        typer.echo(keys.dump())
        typer.echo("Store this line as JWT_KEYS. " + message, err=True)
        return
    with readable_errors():
        replace_value(env_file, "JWT_KEYS", keys.dump())
    typer.echo(message)
