"""`app.security.password_policy`."""

import re

import pytest

from app.security.password_policy import PasswordPolicy, PasswordTooCommon, PasswordTooShort, _common_passwords
from app.users.schemas import FIVE_DIFFERENT

POLICY = PasswordPolicy(8, context=("My Service", "my-service"))
OWNER = ("ada.lovelace@example.com", "Ada Lovelace")

GOOD = [
    "correct horse battery staple",
    "kV9#tQ2!",
    "пароль из четырёх слов",
    "Lovelace and eleven elephants",
    "the example of a long sentence",
    "abcdefgh but not only that",
]
COMMON = ["password", "PASSWORD", "password1!", "12345678", "qwertyuiop", "iloveyou", "!!password!!", "sunshine2026"]
REPETITIVE = ["aaaaaaaa", "abababab", "abcdabcdabcd", "11112222", "xyxyyxyx"]
SEQUENTIAL = ["abcdefgh", "hgfedcba", "34567890123", "lkjhgfdsa", "wertzuio", "mnopqrstuv"]
KNOWN = [
    "ada.lovelace@example.com",
    "lovelace1815",
    "Lovelace2026!",
    "MyService2026".replace("MyS", "My S"),
    "my-service-1",
    "servicemy-service",
    "example.com",
    "lovelace.lovelace.lovelace",
]


@pytest.mark.parametrize("password", GOOD)
def test_takes(password: str) -> None:
    POLICY.check(password, words=OWNER)


@pytest.mark.parametrize("password", COMMON + REPETITIVE + SEQUENTIAL + KNOWN)
def test_refuses(password: str) -> None:
    with pytest.raises(PasswordTooCommon):
        POLICY.check(password, words=OWNER)


@pytest.mark.parametrize("password", ["x!y?" * 4, "1122 1122 11 2222", "ПпРр" * 4, "🚲🛴🛹🚗" * 4, "a\naa\na bb\n" * 2])
def test_refuses_what_the_description_says_is_refused(password: str) -> None:
    """Generated requests do not look for it: `tests/contract/hooks.py`."""
    assert re.search(FIVE_DIFFERENT, password) is None
    with pytest.raises(PasswordTooCommon):
        POLICY.check(password)
    assert all(re.search(FIVE_DIFFERENT, good) for good in GOOD)


@pytest.mark.parametrize(("length", "password"), [(15, "fourteen chars"), (8, "short7!"), (64, "x" * 63), (8, "")])
def test_refuses_what_is_too_short_and_says_how_long_it_must_be(length: int, password: str) -> None:
    with pytest.raises(PasswordTooShort, match=f"at least {length} characters"):
        PasswordPolicy(length).check(password)


def test_counts_characters_not_bytes() -> None:
    with pytest.raises(PasswordTooShort):
        PasswordPolicy(15).check("🚲🛴🛹🚗🚕🚙🚌")
    PasswordPolicy(15).check("🚲🛴🛹🚗🚕🚙🚌🚎🏎🚓🚑🚒🚐🛻🚚")


def test_the_words_of_one_owner_are_fine_for_another() -> None:
    POLICY.check("lovelace1815", words=("grace@navy.example", "Grace Hopper"))


def test_short_words_do_not_forbid_passwords_by_chance() -> None:
    POLICY.check("kangaroo nine", words=("an@nin.example", "Kan Roo"))


def test_the_bundled_list_has_what_people_really_use() -> None:
    listed = _common_passwords()
    assert len(listed) > 7500
    assert {"password", "12345678", "iloveyou", "princess"} <= listed
    assert all(word == word.casefold() and len(word) >= 8 for word in listed)
