"""An answer that changes later gives what a fresh service has, and keeps what the team wrote."""

from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from tests.combinations import CONSTRAINTS, OPTIONS, Answers, describe
from tests.combinations import changes as changes_of
from tests.conftest import Render
from tests.covering import complete
from tests.inputs import PAPER
from tests.living import EDITS, Edit, assert_no_conflict, changes, commit, edits, tree, update
from tests.sharing import once
from tests.test_exclusions import paths
from tools.git import git
from tools.ownership import load, owner_of

ServiceOf = Callable[[Answers], Path]
LISTS, _ = load()
# From the default answers to each other value, and back.
STEPS: dict[str, tuple[Answers, Answers]] = {}
# The same with the edits of a team. Of what gives other paper only, one value stands for all: the files are the same.
EDITED: dict[str, tuple[Answers, Answers]] = {}
# Accounts that come or go change the very places where a team adds, so Git cannot always decide there; nor where an
# import of the team is the only line between two of the template's.
DECIDED_BY_THE_TEAM: dict[str, tuple[Answers, Answers]] = {}
UNLIKE = {("database", "none"), ("auth", "none"), ("auth", "oidc")}
CONFLICTING = {"back from auth=session"}
for _name, (_default, *_others) in OPTIONS.items():
    for _value in _others:
        _row = complete({_name: _value}, OPTIONS, CONSTRAINTS)
        assert _row is not None
        _answers = changes_of(_row, OPTIONS)
        _usual: Answers = {name: OPTIONS[name][0] for name in _answers}
        _both = {f"to {_name}={_value}": (_usual, _answers), f"back from {_name}={_value}": (_answers, _usual)}
        STEPS |= _both
        for _step, _change in _both.items():
            if (_name, _value) in UNLIKE or _step in CONFLICTING:
                DECIDED_BY_THE_TEAM[_step] = _change
            elif _name not in PAPER or _value == _others[0]:
                EDITED[_step] = _change


@pytest.fixture
def service_of(released: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> ServiceOf:
    """`service_of(answers)` returns a service with these answers, in git, a clone of one that is made once."""

    def _service_of(answers: Answers) -> Path:
        def make(folder: Path) -> None:
            copier.run_copy(str(released), folder, data=answers, defaults=True, quiet=True, unsafe=False)
            commit(folder, "Begin")

        unusual = {name: value for name, value in answers.items() if value != OPTIONS[name][0]}
        git(tmp_path, "clone", "--quiet", str(once(tmp_path_factory, f"service {describe(unusual)}", make)), "service")
        return tmp_path / "service"

    return _service_of


def theirs(content: dict[str, bytes]) -> dict[str, bytes]:
    """What the template may change: all but the team's own files and the record of the answers."""
    return {
        path: text
        for path, text in content.items()
        if path != ".copier-answers.yml" and owner_of(path, LISTS) not in {"yours", "added"}
    }


@pytest.mark.parametrize(("before", "after"), STEPS.values(), ids=STEPS)
def test_gives_what_a_fresh_service_has(service_of: ServiceOf, render: Render, before: Answers, after: Answers) -> None:
    service = service_of(before)
    old = tree(service)
    update(service, **after)

    assert_no_conflict(service)
    fresh = render(**after)
    assert theirs(tree(service)) == theirs({path: (fresh / path).read_bytes() for path in paths(fresh)})
    assert {path: text for path, text in tree(service).items() if owner_of(path, LISTS) == "yours"} == {
        path: text for path, text in old.items() if owner_of(path, LISTS) == "yours"
    }
    commit(service, "Update")
    update(service)
    assert changes(service) == {}


def edited(service: Path, before: Answers) -> list[Edit]:
    """Make every edit that finds its place there, and commit."""
    fitting = [edit for edit in edits(before) if edit.fits(service)]
    for edit in fitting:
        edit.apply(service)
    commit(service, "Work of the team")
    return fitting


@pytest.mark.parametrize(("before", "after"), EDITED.values(), ids=EDITED)
def test_keeps_what_the_team_wrote(service_of: ServiceOf, before: Answers, after: Answers) -> None:
    service = service_of(before)
    fitting = edited(service, before)
    assert len(fitting) == len(edits(before))
    update(service, **after)

    assert_no_conflict(service)
    assert [edit for edit in fitting if edit.text not in (service / edit.path).read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(("before", "after"), DECIDED_BY_THE_TEAM.values(), ids=DECIDED_BY_THE_TEAM)
def test_leaves_to_the_team_what_git_cannot_decide(service_of: ServiceOf, before: Answers, after: Answers) -> None:
    service = service_of(before)
    fitting = edited(service, before)
    assert len(fitting) >= len(EDITS) - 1
    update(service, **after)

    lost = [edit for edit in fitting if edit.text.strip() not in (service / edit.path).read_text(encoding="utf-8")]
    assert lost == []
