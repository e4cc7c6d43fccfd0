"""`app.cli.env_file`: what goes wrong is one line, and leaves nothing that could be taken for a whole file."""

import resource
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from app.cli.env_file import create, replace_value
from tests.cli.conftest import Run

#: Longer than what fits on the full disk.
LONG = "A=" + "1" * 100 + "\n"
BEFORE = "A=1\nB=2\n"


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """Return a file with two names."""
    file = tmp_path / ".env"
    file.write_text(BEFORE)
    return file


def complaint(do: Callable[[], object], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the line that a function ends the command with."""
    with pytest.raises(typer.Exit) as ended:
        do()
    assert ended.value.exit_code == 1
    return capsys.readouterr().err


def on_a_full_disk(do: Callable[[], object]) -> None:
    """Call a function while files cannot grow beyond what they were."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(BEFORE), before[1]))
    try:
        do()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_secrets_init_says_that_there_is_no_such_folder(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / ".env"
    result = run("secrets", "init", "--env-file", str(file))
    assert (result.exit_code, result.output) == (1, f"{file} cannot be used: No such file or directory.\n")


def test_a_folder_is_not_taken_for_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = complaint(lambda: replace_value(tmp_path, "A", "2"), capsys)
    assert said == f"{tmp_path} cannot be used: Is a directory.\n"


def test_a_new_file_is_whole_or_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new"
    said = complaint(lambda: on_a_full_disk(lambda: create(file, LONG)), capsys)
    assert said == f"{file} cannot be used: File too large.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_change_is_whole_or_none(env_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = complaint(lambda: on_a_full_disk(lambda: replace_value(env_file, "A", LONG)), capsys)
    assert said == f"{env_file} cannot be used: File too large.\n"
    assert list(env_file.parent.iterdir()) == [env_file]
    assert env_file.read_text() == BEFORE


def test_a_link_stays_one(env_file: Path) -> None:
    link = env_file.with_name("link")
    link.symlink_to(env_file)
    replace_value(link, "A", "3")
    assert (link.is_symlink(), env_file.read_text()) == (True, "A='3'\nB=2\n")


def test_a_link_to_nothing_is_filled_where_it_leads(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    create(link, BEFORE)
    assert (link.is_symlink(), target.read_text()) == (True, BEFORE)
    with pytest.raises(FileExistsError):
        create(link, LONG)
