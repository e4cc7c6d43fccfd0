"""`app keys` and `app secrets`: rotation without a refused token."""

import json
import stat
from pathlib import Path

import pytest

from app.security.keys import KeySet
from tests.cli.conftest import Run


@pytest.fixture
def env_file(tmp_path: Path, keys: KeySet) -> Path:
    """Return a settings file as `secrets init` leaves it."""
    file = tmp_path / ".env"
    file.write_text(f"ENVIRONMENT=development\nJWT_KEYS='{keys.dump()}'\nLOG_LEVEL=INFO\n")
    return file


def keys_in(file: Path) -> KeySet:
    line = next(line for line in file.read_text().splitlines() if line.startswith("JWT_KEYS="))
    return KeySet.parse(line.removeprefix("JWT_KEYS=").strip("'"))


def test_rotates_in_three_steps_and_keeps_all_other_lines(run: Run, env_file: Path, keys: KeySet) -> None:
    old = keys.keys[0].kid
    assert run("keys", "add", "--env-file", str(env_file)).exit_code == 0
    both = keys_in(env_file)
    new = both.keys[1].kid
    assert [key.kid for key in both.keys] == [old, new]

    result = run("keys", "promote", new, "--env-file", str(env_file), JWT_KEYS=both.dump())
    assert result.exit_code == 0, result.output
    promoted = keys_in(env_file)
    assert [key.kid for key in promoted.keys] == [new, old]

    assert run("keys", "retire", old, "--env-file", str(env_file), JWT_KEYS=promoted.dump()).exit_code == 0
    assert [key.kid for key in keys_in(env_file).keys] == [new]
    lines = env_file.read_text().splitlines()
    assert (lines[0], lines[2]) == ("ENVIRONMENT=development", "LOG_LEVEL=INFO")
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600


def test_prints_the_new_value_alone_on_stdout(run: Run) -> None:
    result = run("keys", "add")
    assert len(KeySet.parse(result.stdout.strip()).keys) == 2
    assert "JWT_KEYS" in result.stderr


def test_lists_ids_but_no_secret(run: Run, keys: KeySet) -> None:
    result = run("keys", "list")
    private = json.loads(keys.dump())["keys"][0]["d"]
    assert result.output == f"{keys.keys[0].kid}  ES256  signs\n"
    assert private not in result.output


@pytest.mark.parametrize("step", ["promote", "retire"])
def test_refuses_an_unknown_key_in_one_line(run: Run, step: str) -> None:
    result = run("keys", step, "nobody")
    assert (result.exit_code, result.output) == (1, "There is no key with this id.\n")


def test_refuses_to_retire_the_key_that_signs(run: Run, keys: KeySet) -> None:
    result = run("keys", "retire", keys.keys[0].kid)
    assert (result.exit_code, result.output) == (1, "This key signs; promote another one first.\n")


def test_refuses_a_file_that_is_missing_or_has_no_keys(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert run("keys", "add", "--env-file", str(missing)).output == f"{missing} does not exist.\n"
    empty = tmp_path / "empty"
    empty.write_text("A=1\n")
    assert run("keys", "add", "--env-file", str(empty)).output == f"{empty} has no line JWT_KEYS=.\n"
    assert empty.read_text() == "A=1\n"


def test_secrets_init_writes_a_private_file_once(run: Run, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert run("secrets", "init", "--env-file", str(file)).exit_code == 0
    first = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(keys_in(file).keys) == 1
    result = run("secrets", "init", "--env-file", str(file))
    assert (result.exit_code, result.output) == (0, f"{file} exists and is left as it is.\n")
    assert file.read_text() == first


def test_two_files_never_hold_the_same_secret(run: Run, tmp_path: Path) -> None:
    files = [tmp_path / "one", tmp_path / "two"]
    for file in files:
        run("secrets", "init", "--env-file", str(file))
    assert files[0].read_text() != files[1].read_text()
