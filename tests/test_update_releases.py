"""Every earlier release → what lies here, in a service that a team lives in: nothing of theirs is lost."""

from pathlib import Path

import copier
import pytest
import yaml

from tests.combinations import DEFAULT, Answers
from tests.living import DELETED, assert_no_conflict, changes, commit, edits, live, tree, update
from tests.processes import make
from tests.releases import RELEASES, release_repository, with_head
from tests.team import make_update
from tools.git import git
from tools.ownership import load, owner_of

VARIANTS: dict[str, Answers] = {"default": DEFAULT, "without example": {"example": False, "ci": "none"}}
LISTS, GONE = load()


def known(answers: Answers, repository: Path, tag: str) -> Answers:
    """The answers to questions that the release asks."""
    asked = yaml.safe_load(git(repository, "show", f"{tag}:copier.yml"))
    return {name: value for name, value in answers.items() if name in asked}


@pytest.mark.parametrize("version", RELEASES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_team_loses_nothing(version: str, variant: str, tmp_path: Path, quick_environment: dict[str, str]) -> None:
    repository, service, tag = release_repository(tmp_path / "template"), tmp_path / "service", f"v{version}"
    answers = known(VARIANTS[variant], repository, tag)
    copier.run_copy(str(repository), service, data=answers, vcs_ref=tag, defaults=True, quiet=True, unsafe=False)
    commit(service, "Begin")
    rendered = tree(service)
    live(service, answers, quick_environment)
    before = tree(service)

    with_head(repository)
    # The service's own command: Copier alone cannot let a new migration follow those of the team.
    done = make_update(service, quick_environment)

    assert done.returncode == 0, done.stdout + done.stderr
    assert_no_conflict(service)
    after = tree(service)
    assert before.keys() - after.keys() <= GONE.keys()
    assert DELETED not in after
    assert [edit for edit in edits(answers) if edit.text not in after[edit.path].decode()] == []
    theirs = {path for path in before if path not in rendered or owner_of(path, LISTS) == "yours"}
    assert {path for path in theirs if after[path] != before[path]} == set()
    make(service, quick_environment, "check")
    make(service, quick_environment, "test")
    commit(service, "Update")
    update(service)
    assert changes(service) == {}
