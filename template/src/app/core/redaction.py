"""What never reaches a log: values under telling names, and texts that look like credentials."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from structlog.typing import EventDict, WrappedLogger

REDACTED = "[redacted]"

#: A value whose name contains one of these is dropped, however deep it lies.
SECRET_NAME = re.compile(
    r"passw|passphrase|pwd|secret|token|authori[sz]ation|cookie|api[_-]?key|private[_-]?key|jwt|jwk|credential"
    r"|signature|dsn|otp",
    re.IGNORECASE,
)

#: Texts that carry a credential; what a named group holds stays readable.
SECRET_TEXT = re.compile(
    # JSON Web Tokens and other JOSE objects: base64url of `{"`.
    r"\beyJ[\w-]{4,}(?:\.[\w-]*)+"
    # API keys; the id stays, so that one that has leaked can be found and revoked.
    r"|(?P<key>svk_(?:[0-9a-f]{32}_)?)\w{8,}"
    # Whole headers, as clients and servers print them: several words or several cookies.
    r"|(?P<header>(?:authorization|cookie)\s*:\s*)[^\r\n\"']+"
    # Schemes of Authorization headers, wherever they stand.
    r"|(?P<scheme>\b(?:Bearer|Basic|DPoP|Negotiate)\s+)[\w.~+/=-]+"
    # Credentials in addresses: scheme://user:password@host.
    r"|(?P<address>://)[^\s/?#\"'<>]*@"
    # name=value, name: value, "name": "value", in query strings, dictionaries and headers.
    r"|(?P<name>(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|authorization|cookie|jwt_keys)"
    r"[\w-]*[\\\"']*\s?[=:]\s*)(?:[\\\"']+[^\"']*|(?:(?:Bearer|Basic|DPoP|Negotiate)\s+)?[^\s&,;)}\]]+)"
    # The private members of a JWK.
    r"|(?P<jwk>[\\\"']+(?:d|p|q|dp|dq|qi|k)[\\\"']+\s*:\s*[\\\"']+)[\w-]{8,}"
    # Private keys in PEM.
    r"|(?P<pem>-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    # The values of a statement that failed, as SQLAlchemy prints them.
    r"|(?P<statement>\[parameters: ).*",
    re.IGNORECASE,
)
#: A text without any of these cannot match SECRET_TEXT: most values need no slow search (0.1 instead of 5 us).
MARK = re.compile(r"[=: ]|eyJ|svk_")
#: Types that hold no text and therefore no secret.
PLAIN = frozenset({int, float, bool, type(None), UUID, datetime, date})
#: Nothing that is logged lies deeper; the limit ends circles.
DEEPEST = 8


def redact(_logger: WrappedLogger, _method: str, event_dict: EventDict) -> EventDict:
    """Remove secrets from a log event, by name and by pattern (a structlog processor)."""
    for key, value in event_dict.items():
        # Written out for speed: this runs for every value of every line.
        kind = value.__class__
        if _is_secret(key) or not (kind in PLAIN or (kind is str and MARK.search(value) is None)):
            event_dict[key] = _clean(key, value, 0)
    return event_dict


def redact_text(text: str) -> str:
    """Remove everything that looks like a credential from a text."""
    return SECRET_TEXT.sub(_keep, text) if MARK.search(text) else text


def _keep(match: re.Match[str]) -> str:
    kept = match.lastgroup and match[match.lastgroup]
    return f"{kept or ''}{REDACTED}{'@' if kept == '://' else ''}"


def _clean(key: object, value: object, depth: int) -> object:
    if isinstance(key, str) and _is_secret(key) and value is not None and not isinstance(value, bool):
        return REDACTED
    if isinstance(value, (int, float)) or value.__class__ in PLAIN:
        return value
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return _clean_within(value, depth + 1) if depth < DEEPEST else "..."
    # What is neither plain nor text is shown as its repr, where objects hide their own secrets (SecretStr).
    return redact_text(value if isinstance(value, str) else repr(value))


def _clean_within(values: Mapping[object, object] | Iterable[object], depth: int) -> object:
    if isinstance(values, Mapping):
        return {key: _clean(key, value, depth) for key, value in values.items()}
    return [_clean(None, value, depth) for value in values]


@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return SECRET_NAME.search(key) is not None
