"""Database addresses in the forms that people and platforms write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError


@dataclass(frozen=True)
class Parameter:
    """What may stand behind the `?` of an address: the driver's name for it, and its values, with `|` between them."""

    name: str
    values: str = ""

    def takes(self, value: str | tuple[str, ...]) -> bool:
        """Tell whether it can have this value; several values are for what may be there more than once."""
        given = (value,) if isinstance(value, str) else value
        return not self.values or (len(given) == 1 and given[0] in self.values.split("|"))


def driver_url(url: str, schemes: Sequence[str], driver: str, parameters: Mapping[str, Parameter] | None = None) -> str:
    """Return the address with the driver that this service uses, whatever driver it named.

    `parameters` are those that people may write; without it, any.

    Raises:
        ValueError: when it is not a database address, is one of another engine, names no database, or has a parameter
            that the driver does not take.

    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(f"is not a database address such as {schemes[0]}:///app") from None
    if parsed.drivername.partition("+")[0] not in schemes:
        raise ValueError(f"names another engine; this service is made for {' or '.join(sorted(schemes))}")
    if parsed.database in {None, "", ":memory:"}:
        raise ValueError("must name a database that lasts")
    if parameters is not None:
        parsed = _translate(parsed, parameters)
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def _translate(url: URL, parameters: Mapping[str, Parameter]) -> URL:
    for name, value in url.query.items():
        if name not in parameters:
            raise ValueError(f"has the parameter {name!r}, which the driver does not know")
        if not parameters[name].takes(value):
            raise ValueError(f"has a wrong {name}; it is one of {parameters[name].values.replace('|', ', ')}")
    return url.set(query={parameters[name].name: value for name, value in url.query.items()})


def address(url: str) -> str:
    """Return where a database is, in words that may be shown: its server or its file, no account and no password."""
    parsed = make_url(url)
    host = parsed.host or parsed.query.get("host")
    if not host:
        return parsed.database or ""
    host = f"[{host}]" if ":" in host else str(host)
    return f"{host}:{parsed.port}" if parsed.port else host
