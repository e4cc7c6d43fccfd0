"""What keeps a process from its database, told apart by what each driver calls it."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any


class Trouble(Enum):
    """Why a database cannot be used, as the end of a sentence about it."""

    AWAY = "cannot be reached"
    BUSY = "takes nobody in at the moment"
    REFUSED = "refuses the account that is given for it"
    MISSING = "does not exist, but its server answers"
    LOCKED = "is locked by another process"
    DAMAGED = "is damaged, or something else"


def trouble_of(error: BaseException, known: Mapping[object, Trouble]) -> Trouble | None:
    """Return what an error means by the engine's own codes; None when it is something else."""
    original = getattr(error, "orig", None) or error
    found = next((known[code] for code in _codes(original) if code in known), None)
    # Drivers pass on that the server cannot be reached.
    return Trouble.AWAY if found is None and isinstance(original, OSError) else found


def _codes(error: Any) -> Iterator[object]:
    yield getattr(error, "sqlite_errorname", None)
    yield getattr(error, "sqlstate", None)
    # MySQL's own numbers say more than its SQLSTATEs. Other drivers have a text there.
    yield next((code for code in getattr(error, "args", ()) if isinstance(code, int)), None)
