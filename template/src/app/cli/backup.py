"""A copy of the SQLite file, made while the service goes on reading and writing."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from app.cli.errors import fail, readable_errors
from app.core.dialect import DatabaseSettings
from app.core.settings import load_settings

commands = typer.Typer()
File = Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")]


class Damaged(Exception):
    """The copy is not a sound database."""


@commands.command()
def backup(file: File) -> None:
    """Copy the database to FILE, checked and readable by you only, while the service runs."""
    with readable_errors():
        database = Path(make_url(load_settings(DatabaseSettings).url).database or "")
    if file.exists():
        raise fail(f"{file} exists and is left as it is.")
    try:
        _write(database, file)
    except (sqlite3.Error, Damaged) as error:
        raise fail(f"No backup of {database} in {file}: {error}.") from None
    except OSError as error:
        # Its own text names the temporary folder.
        raise fail(f"No backup of {database} in {file}: {error.strerror} ({file.parent}).") from None
    typer.echo(f"{file} holds {file.stat().st_size:,} bytes, and its integrity is checked.")


def _write(database: Path, file: Path) -> None:
    # Beside the file, so that it appears whole and in one step; with the folder goes all that SQLite made in it.
    with tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.parent) as folder:
        unfinished = Path(folder, file.name)
        _copy(database, unfinished)
        unfinished.rename(file)


def _copy(database: Path, target: Path) -> None:
    # One step under one read lock, which holds up nobody (WAL): in several, each write in between would begin it anew.
    with (
        closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        # One file, without the two that WAL keeps beside it; the service turns WAL on again.
        copy.execute("PRAGMA journal_mode = DELETE")
        [[finding]] = copy.execute("PRAGMA integrity_check(1)")
    if finding != "ok":
        raise Damaged(" ".join(finding.split()))
