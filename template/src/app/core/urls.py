"""Database addresses in the forms that people and platforms write them."""

from collections.abc import Sequence

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


def driver_url(url: str, schemes: Sequence[str], driver: str) -> str:
    """Return the address with the driver that this service uses, whatever driver it named.

    Raises:
        ValueError: when it is not a database address, is one of another engine, or names no database.

    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(f"is not a database address such as {schemes[0]}:///app") from None
    if parsed.drivername.partition("+")[0] not in schemes:
        raise ValueError(f"names another engine; this service is made for {' or '.join(sorted(schemes))}")
    if parsed.database in {None, "", ":memory:"}:
        raise ValueError("must name a database that lasts")
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def address(url: str) -> str:
    """Return where a database is, in words that may be shown: its server or its file, no account and no password."""
    parsed = make_url(url)
    host = parsed.host or parsed.query.get("host")
    if not host:
        return parsed.database or ""
    host = f"[{host}]" if ":" in host else str(host)
    return f"{host}:{parsed.port}" if parsed.port else host
