"""`make update-request`: one branch per version, nothing half-done. Copier itself is played by a script."""

from pathlib import Path

import pytest

from tools import update_request
from tools.tests.playing_copier import Release, copier_that, git

BRANCH = "template-update/1.1.0"
CONFLICT = r"printf '<<<<<<< before updating\n=======\n>>>>>>> after updating\n' > app.py"


def branches(origin: Path) -> list[str]:
    """Return the branches that `origin` has."""
    return git(origin, "branch", "--format", "%(refname:short)").splitlines()


def state(project: Path) -> tuple[str, str, str]:
    """Return where a clone is, what is uncommitted in it, and which branches it has."""
    return git(project, "rev-parse", "HEAD"), git(project, "status", "--porcelain"), git(project, "branch", "--list")


@pytest.mark.parametrize("detached", [False, True])
def test_pushes_one_commit_and_leaves_the_clone_as_it_was(
    project: Path, origin: Path, template_that: Release, *, detached: bool
) -> None:
    record = template_that("echo 'name = 2' > app.py; rm old.py; echo > new.py")
    if detached:
        git(project, "switch", "--quiet", "--detach")
    before = state(project)

    assert update_request.main(project, []) == 0

    assert "--defaults" in record.read_text().split()
    assert git(origin, "log", "--format=%s", f"main..{BRANCH}") == "Update the template to 1.1.0"
    changed = git(origin, "diff", "--name-status", "main", BRANCH).split()
    assert changed == ["M", "app.py", "A", "new.py", "D", "old.py"]
    assert state(project) == before


def test_does_nothing_without_a_newer_version(
    project: Path, origin: Path, output: Path, template_that: Release
) -> None:
    template_that("exit 1", newer=False)

    assert update_request.main(project, []) == 0
    assert branches(origin) == ["main"]
    assert output.read_text() == ""


def test_leaves_a_branch_alone_that_is_there_and_names_it_to_the_next_step(
    project: Path, origin: Path, output: Path, template_that: Release
) -> None:
    record = template_that("echo 'name = 2' > app.py")
    git(project, "push", "--quiet", "origin", f"main:refs/heads/{BRANCH}")

    assert update_request.main(project, []) == 0
    assert git(origin, "rev-parse", BRANCH) == git(project, "rev-parse", "HEAD")
    assert "update" not in record.read_text().split()
    assert output.read_text() == f"branch={BRANCH}\ntitle=Update the template to 1.1.0\n"


def test_a_conflict_is_named_and_neither_committed_nor_pushed(
    project: Path, origin: Path, template_that: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    template_that(CONFLICT)
    head = git(project, "rev-parse", "HEAD")

    assert update_request.main(project, []) == 1
    message = capsys.readouterr().err
    assert "  app.py\n" in message
    assert "Nothing was committed or pushed." in message
    assert branches(origin) == ["main"]
    assert git(project, "rev-parse", "HEAD") == head


def test_options_reach_the_push(project: Path, origin: Path, template_that: Release) -> None:
    template_that("echo > new.py")

    assert update_request.main(project, ["-o", "merge_request.create"]) == 0
    assert (origin / "push-options").read_text() == "GIT_PUSH_OPTION_0=merge_request.create\n"


def test_the_lock_file_follows_the_dependencies(project: Path, origin: Path, template_that: Release) -> None:
    (project / "uv.lock").write_text("stale\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "Lock")
    template_that("echo > new.py")

    assert update_request.main(project, []) == 0
    assert git(origin, "show", f"{BRANCH}:uv.lock") == "fresh"


def test_a_push_that_is_refused_fails_and_leaves_nothing_in_the_way(
    project: Path, origin: Path, template_that: Release
) -> None:
    template_that("echo > new.py")
    hook = origin / "hooks" / "pre-receive"
    accepting = hook.read_text()
    hook.write_text("#!/bin/sh\nexit 1\n")
    before = state(project)

    with pytest.raises(SystemExit, match=r"^`git push .*` failed with exit code 1\.$"):
        update_request.main(project, [])
    assert state(project) == before

    hook.write_text(accepting)
    assert update_request.main(project, []) == 0
    assert branches(origin) == ["main", BRANCH]


def test_a_template_that_does_not_answer_is_a_failure(
    project: Path, origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copier_that("exit 1", tmp_path, monkeypatch)

    with pytest.raises(SystemExit, match=r"check-update --output-format json` failed with exit code 1\.$"):
        update_request.main(project, [])
    assert branches(origin) == ["main"]


def test_begins_only_where_everything_is_committed(
    project: Path, origin: Path, template_that: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    record = template_that("echo > new.py")
    (project / "app.py").write_text("name = 2\n")

    assert update_request.main(project, []) == 1
    assert "uncommitted changes" in capsys.readouterr().err
    assert not record.exists()
