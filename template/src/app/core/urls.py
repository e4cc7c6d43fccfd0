"""Database addresses in the forms that people and platforms write them."""

from importlib.util import find_spec

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

#: Scheme as written → SQLAlchemy dialect with its asynchronous driver.
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "mysql": "mysql+asyncmy",
    "mariadb": "mysql+asyncmy",
}


def async_database_url(url: str) -> str:
    """Return the address with the driver that this service uses, whatever driver it named.

    Raises:
        ValueError: when it is not a database address, or of an engine that is unknown.

    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError("is not a database address such as sqlite:///app.db") from None
    engine = parsed.drivername.partition("+")[0]
    if engine not in DRIVERS:
        raise ValueError(f"names an unknown engine; known are {', '.join(sorted(DRIVERS))}")
    if engine == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise ValueError("must name a file; a database in memory would be another one for every connection")
    return parsed.set(drivername=DRIVERS[engine]).render_as_string(hide_password=False)


def require_driver(url: str) -> str:
    """Return the address unchanged, if the driver that it names is installed.

    Raises:
        ValueError: when it is not; better here than at the first query.

    """
    driver = make_url(url).get_driver_name()
    if find_spec(driver) is None:
        raise ValueError(f"needs the package {driver}, which is not installed")
    return url
