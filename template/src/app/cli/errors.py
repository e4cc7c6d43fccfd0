"""How commands fail: one line per problem on stderr, no traceback."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from app.core.errors import AppError
from app.core.settings import ConfigurationError

#: sysexits.h: something in the configuration is wrong; the same may work a little later.
EX_CONFIG, EX_TEMPFAIL = 78, 75


def fail(message: str, *, code: int = 1) -> typer.Exit:
    """Print the message on stderr and return what is to be raised."""
    typer.echo(message, err=True)
    return typer.Exit(code)


def cannot_listen(place: str, error: OSError) -> SystemExit:
    """Print why, and return what is to be raised."""
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    typer.echo(f"Cannot listen on {place}: {reason}.", err=True)
    return SystemExit(1)


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turn expected errors of the block into readable lines and an exit code."""
    try:
        yield
    except ConfigurationError as error:
        raise fail(str(error), code=EX_CONFIG) from None
    except AppError as error:
        raise fail(f"{error.detail}.") from None
