"""The databases that tests may touch."""

from sqlalchemy.engine import make_url


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
