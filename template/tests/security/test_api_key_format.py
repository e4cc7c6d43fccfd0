"""api_keys: what a key looks like, and that nothing else is one."""

import re
from pathlib import Path
from zlib import crc32

import pytest

from app.core.clock import uuid7
from app.security.api_key_format import ALPHABET, LENGTH, PATTERN, id_of, new_key
from app.security.errors import InvalidToken

DOCUMENT = Path(__file__).parents[2] / "docs" / "api-keys.md"


def test_a_key_tells_its_id_and_holds_256_bits_of_its_own() -> None:
    key_id = uuid7()
    keys = {new_key(key_id) for _ in range(100)}
    assert len(keys) == 100
    assert {id_of(key) for key in keys} == {key_id}
    assert len(set(ALPHABET)) ** LENGTH >= 2**256


def test_every_change_of_one_character_is_noticed_without_the_database() -> None:
    key = new_key(uuid7())
    for place, character in enumerate(key):
        changed = key[:place] + ("1" if character != "1" else "0") + key[place + 1 :]
        with pytest.raises(InvalidToken):
            id_of(changed)


@pytest.mark.parametrize(
    "change",
    [
        lambda key: "", lambda key: "svk_", lambda key: key[:-1], lambda key: key + "0", lambda key: key + "\n",
        lambda key: " " + key, lambda key: key.upper(), lambda key: key * 100, lambda key: key.replace("svk_", "sk_"),
        lambda key: key.replace("_", "-"), lambda key: key + "_00000000", lambda key: "svk_\xe9" + key,
        lambda key: key.replace("0", "\N{FULLWIDTH DIGIT ZERO}", 1), lambda key: key.replace("_", "_\x00", 1),
    ],
)  # fmt: skip
def test_what_looks_almost_like_a_key_is_none(change: "type[str]") -> None:
    with pytest.raises(InvalidToken):
        id_of(change(new_key(uuid7())))


def test_the_checksum_is_a_crc_that_scanners_can_compute() -> None:
    body, _, checksum = new_key(uuid7()).rpartition("_")
    assert int(checksum, 16) == crc32(body.encode())


def test_the_documented_patterns_for_scanners_find_keys_in_a_text() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count(PATTERN) >= 2
    key = new_key(uuid7())
    for place in (f'KEY="{key}"', f"Authorization: Bearer {key}\n", f"x{key}"):
        found = re.search(PATTERN, place)
        assert found
        assert found.group() == key
