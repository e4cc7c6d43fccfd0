"""Which passwords are accepted: by length and by being unguessable, not by their mix of characters.

NIST SP 800-63B-4, 3.1.1.2: no composition rules; compare with common, repetitive, sequential and context words.
`common_passwords.txt` holds the 8,000 most frequent ones of eight characters and more from the list that zxcvbn
(Dropbox, MIT licence) ships.
"""

import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.core.errors import Invalid

MAX_LENGTH = 128
#: What must remain of a password once the words that everybody knows of its owner are taken out.
MIN_REMAINDER = 8
MIN_DISTINCT = 5
#: Shorter words are part of many good passwords by chance.
MIN_WORD = 4
SEQUENCES = (string.digits, string.ascii_lowercase, "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")


class PasswordTooShort(Invalid):
    """The password has fewer characters than the service asks for."""

    code = "password-too-short"
    #: With the default of PASSWORD_MIN_LENGTH; who raises it names the length that is configured.
    detail = "The password must have at least 15 characters"


class PasswordTooCommon(Invalid):
    """The password is one of those that are tried first."""

    code = "password-too-common"
    detail = "This password is easy to guess; choose another one, such as four random words"


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a new password must be; `context` are words of the service itself, such as its name."""

    min_length: int
    context: tuple[str, ...] = ()

    def check(self, password: str, *, words: Iterable[str] = ()) -> None:
        """Refuse a password that is easy to guess; `words` are those of its owner, such as the e-mail address.

        Raises:
            PasswordTooShort: below the length that is configured.
            PasswordTooCommon: when it is common, repetitive, sequential, or little more than known words.

        """
        if len(password) < self.min_length:
            raise PasswordTooShort(f"The password must have at least {self.min_length} characters")
        folded = password.casefold()
        if _is_common(folded) or _is_repetitive(folded) or _is_known(folded, (*self.context, *words)):
            raise PasswordTooCommon


def _is_common(folded: str) -> bool:
    common = _common_passwords()
    return folded in common or folded.strip(string.digits + string.punctuation + " ") in common


def _is_repetitive(folded: str) -> bool:
    # A text that is found again inside its own double, before the end, consists of one repeated part.
    repeated = (folded + folded).find(folded, 1) < len(folded)
    sequential = any(folded in (run * len(folded)) or folded[::-1] in (run * len(folded)) for run in SEQUENCES)
    return repeated or sequential or len(set(folded)) < MIN_DISTINCT


def _is_known(folded: str, words: Iterable[str]) -> bool:
    known: set[str] = set()
    for word in map(str.casefold, words):
        known |= {word, *word.replace("@", " ").replace(".", " ").split()}
    remainder = folded
    # The longest first: an address is more than its parts, of which the short ones do not count.
    for word in sorted(known, key=len, reverse=True):
        if len(word) >= MIN_WORD:
            remainder = remainder.replace(word, "")
    return remainder != folded and len(remainder) < MIN_REMAINDER


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split())
