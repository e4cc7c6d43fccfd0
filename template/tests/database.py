"""The databases that tests may touch."""

from pathlib import Path

from sqlalchemy.engine import make_url

from app.core.dialect import DEVELOPMENT_URL, DatabaseSettings

ROOT = Path(__file__).parent.parent
#: Settings of a database that production accepts; what has to be decided for that is decided.
PRODUCTION = {
    "DATABASE_URL": make_url(DEVELOPMENT_URL).set(database="hunter2").render_as_string(hide_password=False),
    **{name.upper(): "true" for name in DatabaseSettings.model_fields if name.startswith("allow_")},
}


class NotATestDatabase(Exception):
    """The name of the database does not end in `_test`: it could hold somebody's data."""


def require_test_database(url: str) -> str:
    """Return the address unchanged.

    Raises:
        NotATestDatabase: when its name does not end in `_test`.

    """
    name = (make_url(url).database or "").rpartition("/")[2].removesuffix(".db")
    if not name.endswith("_test"):
        raise NotATestDatabase(f'tests run only on databases whose name ends in "_test", not on "{name}"')
    return url
