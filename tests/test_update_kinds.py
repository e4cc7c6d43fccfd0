"""Each kind of change that a release can bring, in a service that a team lives in."""

from collections.abc import Callable
from pathlib import Path

from tests.living import EDITS, append, assert_no_conflict, changes, commit, tree, update
from tests.team import make_update, replace
from tools.git import git

QUESTION = """
colour:
  type: str
  default: blue
  help: Which colour has the logo?
  choices:
    Blue: blue
    Red: red
"""


def assert_edits_are_there(service: Path) -> None:
    assert [edit for edit in EDITS if edit.text not in (service / edit.path).read_text(encoding="utf-8")] == []


def test_a_bumped_dependency_near_one_of_the_team(release: Callable[..., None], service: Path) -> None:
    old, new = '"fastapi>=0.163,<0.166"', '"fastapi>=0.165,<0.167"'
    release(lambda template: replace(template / "template/pyproject.toml.jinja", old, new))
    update(service)
    assert_no_conflict(service)
    assert_edits_are_there(service)
    assert new in (service / "pyproject.toml").read_text(encoding="utf-8")


def test_a_changed_line_right_beside_an_edit_is_asked_about(
    release: Callable[..., None], service: Path, clean_environment: dict[str, str]
) -> None:
    release(lambda template: replace(template / "template/pyproject.toml.jinja", '"idna>=3.18"', '"idna>=3.19"'))
    done = make_update(service, clean_environment)
    assert done.returncode != 0
    assert "  pyproject.toml\n" in done.stderr
    text = (service / "pyproject.toml").read_text(encoding="utf-8")
    assert '"humanize>=4.9"' in text
    assert '"idna>=3.19"' in text


def test_an_added_file(release: Callable[..., None], service: Path) -> None:
    release(lambda template: (template / "template/src/app/web/etags.py").write_text('"""Entity tags."""\n'))
    update(service)
    assert changes(service) == {".copier-answers.yml": "M", "src/app/web/etags.py": "A"}


def test_an_added_question_takes_its_default(release: Callable[..., None], service: Path) -> None:
    def ask(template: Path) -> None:
        append(template / "copier.yml", QUESTION)
        replace(template / "copier.yml", "'example',", "'example', 'colour',")

    release(ask)
    update(service)
    assert changes(service) == {".copier-answers.yml": "M"}
    assert "colour: blue\n" in (service / ".copier-answers.yml").read_text(encoding="utf-8")


def test_a_renamed_module_keeps_its_old_name(release: Callable[..., None], service: Path) -> None:
    def rename(template: Path) -> None:
        core = template / "template/src/app/core"
        (core / "clock.py").rename(core / "moments.py")
        (core / "clock.py").write_text('"""Now app.core.moments."""\n\nfrom app.core.moments import utc_now, uuid7\n')

    append(service / "src/app/core/clock.py", "\n# Ticks in UTC.\n")
    commit(service, "Say it")
    release(rename)
    before = tree(service).keys()
    update(service)
    assert before <= tree(service).keys()
    assert "def utc_now" in (service / "src/app/core/moments.py").read_text(encoding="utf-8")
    shim = (service / "src/app/core/clock.py").read_text(encoding="utf-8")
    assert "import utc_now, uuid7" in shim
    assert "# Ticks in UTC." in shim


def test_a_removed_file_that_was_edited_is_named(
    release: Callable[..., None], service: Path, clean_environment: dict[str, str]
) -> None:
    append(service / "deploy/nginx.conf", "# Ours.\n")
    commit(service, "Say it")
    release(lambda template: (template / "template/deploy/nginx.conf").unlink())
    done = make_update(service, clean_environment)
    assert done.returncode == 0, done.stderr
    assert "  deploy/nginx.conf\n" in done.stdout
    assert "# Ours." in git(service, "show", "HEAD:deploy/nginx.conf")
