"""How API keys look: scanners recognise them, and what is none is refused without asking the database.

`svk_<id>_<secret>_<checksum>`: the id of the row in hexadecimal, 256 random bits as letters and digits, and the CRC-32
of all that comes before it. The checksum is no secret; it tells a key from a typing error or a scanner's false alarm.
"""

import re
import secrets
import string
from uuid import UUID
from zlib import crc32

from app.security.errors import InvalidToken

PREFIX = "svk_"
#: What docs/api-keys.md gives to secret scanners.
PATTERN = r"svk_[0-9a-f]{32}_[0-9A-Za-z]{43}_[0-9a-f]{8}"
#: 43 of 62 characters hold 256 bits. No `-`: a double click selects the whole key.
ALPHABET, LENGTH = string.digits + string.ascii_letters, 43
_KEY = re.compile(PATTERN)


def new_key(key_id: UUID) -> str:
    """Return a new key with a secret from the system's random source."""
    secret = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    body = f"{PREFIX}{key_id.hex}_{secret}"
    return f"{body}_{_checksum(body)}"


def id_of(key: str) -> UUID:
    """Return the id of a well-formed key. Whether there is such a key is for the database to say.

    Raises:
        InvalidToken: for everything else.

    """
    if _KEY.fullmatch(key) is None:
        raise InvalidToken
    body, _, checksum = key.rpartition("_")
    if _checksum(body) != checksum:
        raise InvalidToken
    return UUID(body.split("_")[1])


def _checksum(body: str) -> str:
    return f"{crc32(body.encode()):08x}"
