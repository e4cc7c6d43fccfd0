"""How bringing the database up to date fails: in one line that says where, and what is left."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb

from alembic.util import CommandError

from app.cli.database_errors import TEMPORARY, cannot_use
from app.cli.errors import EX_TEMPFAIL, fail
from app.core.dialect import MIGRATES_AS_A_WHOLE, TROUBLES
from app.core.troubles import trouble_of

LEFT = "Nothing was changed." if MIGRATES_AS_A_WHOLE else "What was applied before stays."


@contextmanager
def readable_migration_errors(url: str) -> Iterator[None]:
    """Turn what can go wrong with this database into one line and an exit code; bugs keep their traceback."""
    try:
        yield
    except CommandError as error:
        raise fail(str(error)) from None
    except Exception as error:
        trouble = trouble_of(error, TROUBLES)
        if place := _migration(error):
            # What a migration does with files of its own is no matter of the database.
            temporary = trouble in TEMPORARY and not isinstance(error, OSError)
            raise fail(f"{place} failed: {_reason(error)}. {LEFT}", code=EX_TEMPFAIL if temporary else 1) from None
        if trouble is None:
            raise
        raise cannot_use(url, trouble) from None


def _migration(error: Exception) -> str | None:
    """Return which migration an error came from, with its file and line; only migrations know a `down_revision`."""
    for frame, line in walk_tb(error.__traceback__):
        if "down_revision" in frame.f_globals:
            path = Path(frame.f_code.co_filename)
            return f"Revision {frame.f_globals['revision']} ({path.parent.name}/{path.name}, line {line})"
    return None


def _reason(error: Exception) -> str:
    # What the driver says, in its first line; SQLAlchemy would add the statement and a link.
    original = getattr(error, "orig", None) or error
    text = str(original.args[-1]) if original.args else ""
    return text.partition("\n")[0].rstrip(".") or type(original).__name__
