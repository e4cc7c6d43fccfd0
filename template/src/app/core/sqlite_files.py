"""Databases of SQLite as files, which are there or not."""

import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import quote

from sqlalchemy import make_url


def existing_file(url: str) -> str:
    """Return the address of the same file, which is not made where there is none.

    By default SQLite makes an empty database there, and every table would be missing.
    """
    parsed = make_url(url)
    file = f"file:{quote(parsed.database or '')}"
    return parsed.set(database=file, query={**parsed.query, "mode": "rw", "uri": "true"}).render_as_string()


def require_file(*arguments: Any, **options: Any) -> None:
    """Open a file and close it again.

    Where the driver fails to open one, its thread would outlive the event loop and print a traceback of its own.

    Raises:
        sqlite3.Error: when it cannot be opened.

    """
    with closing(sqlite3.connect(*arguments, **options)):
        pass
