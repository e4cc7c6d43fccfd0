"""`make update`: what it refuses, and that no conflict goes unnoticed. Copier itself is played by a script."""

import subprocess
from pathlib import Path

import pytest

from tools import update
from tools.tests.playing_copier import copier_that, git


def test_runs_one_exact_copier_without_trust(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = copier_that("true", tmp_path, monkeypatch)

    assert update.main(project, ["--vcs-ref", "v1.1.0"]) == 0

    arguments = record.read_text().split()
    assert arguments[:5] == ["tool", "run", "--quiet", update.COPIER, "update"]
    assert "@" in update.COPIER
    assert arguments[-2:] == ["--vcs-ref", "v1.1.0"]
    assert "inline" in arguments
    assert "--skip-answered" in arguments
    assert not {"--trust", "--UNSAFE"} & set(arguments)


def test_asks_nothing_where_nobody_can_answer(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = copier_that("true", tmp_path, monkeypatch)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    update.main(project, [])
    assert "--defaults" in record.read_text().split()


@pytest.mark.parametrize(
    ("obstacle", "words"),
    [
        ("echo change >> app.py", "uncommitted changes"),
        ("echo change > new.py", "uncommitted changes"),
        ("rm -r .git", "not in git"),
        ("rm -r .git && git init --quiet", "not in git"),
        ("git rm --quiet .copier-answers.yml && git commit --quiet --message x", "is missing"),
        ("sed -i.old s/mit/isc/ .copier-answers.yml && git commit --quiet --all --message x", "edited by hand"),
    ],
)
def test_refuses_in_one_line_what_could_not_be_undone(
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    obstacle: str,
    words: str,
) -> None:
    record = copier_that("true", tmp_path, monkeypatch)
    subprocess.run(["sh", "-c", obstacle], cwd=project, check=True)

    assert update.main(project, []) == 1
    message = capsys.readouterr().err
    assert words in message
    assert message.count("\n") == 1
    assert not record.exists()


def test_refuses_a_folder_inside_another_repository(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record = copier_that("true", tmp_path, monkeypatch)
    inner = project / "services"
    inner.mkdir()
    (inner / update.ANSWERS).write_text("_commit: v1.0.0\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "Nest")

    assert update.main(inner, []) == 1
    assert "top" in capsys.readouterr().err
    assert not record.exists()


CONFLICT = r"printf '<<<<<<< before updating\nname = 2\n=======\nname = 3\n>>>>>>> after updating\n'"
UNMERGED = """
blob=$(git hash-object -w app.py)
for stage in 1 2 3; do printf '100644 %s %s\\tapp.py\\n' "$blob" "$stage"; done | git update-index --index-info
"""


@pytest.mark.parametrize(
    ("does", "named"),
    [
        (f"{CONFLICT} > app.py", "app.py"),
        (f"{CONFLICT} > app.py; git add app.py", "app.py"),
        (f"{CONFLICT} > 'new file.py'", "new file.py"),
        (UNMERGED, "app.py"),
        ("echo x > app.py.rej", "app.py.rej"),
    ],
)
def test_fails_and_names_every_file_that_waits_for_a_decision(
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    does: str,
    named: str,
) -> None:
    copier_that(does, tmp_path, monkeypatch)

    assert update.main(project, []) == 1
    message = capsys.readouterr().err
    assert "CONFLICTS" in message
    assert f"  {named}\n" in message


@pytest.mark.parametrize("text", [r"Title\n=======\n", r"<<<<<<< begins a conflict\n", r">>>>>>> ends one\n"])
def test_what_only_looks_like_a_conflict_is_none(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    copier_that(f"printf '{text}' > app.py", tmp_path, monkeypatch)

    assert update.main(project, []) == 0


def test_names_what_the_update_removed(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copier_that("rm old.py", tmp_path, monkeypatch)
    assert update.main(project, []) == 0
    assert "  old.py\n" in capsys.readouterr().out


def test_a_copier_that_fails_is_a_failure(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copier_that("exit 3", tmp_path, monkeypatch)

    assert update.main(project, []) == 1
