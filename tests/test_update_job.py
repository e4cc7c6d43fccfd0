"""The scheduled jobs, word for word: a newer template becomes one request, and anything else becomes nothing."""

import subprocess
from pathlib import Path

import copier
import pytest

from tests.living import append, commit, git_template
from tests.platforms import Platform, serve
from tools.git import git

BRANCH = "template-update/0.0.2"


@pytest.fixture(scope="module")
def template_repository(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template in git as v0.0.1, and with one more rule and another dependency as v0.0.2."""
    folder = git_template(template, tmp_path_factory.mktemp("template") / "repository", tag="v0.0.1")
    append(folder / "template/.editorconfig", "\n[*.toml]\nindent_size = 4\n")
    project = folder / "template/pyproject.toml.jinja"
    text = project.read_text(encoding="utf-8")
    assert '"time-machine>=3.4",' in text
    project.write_text(text.replace('"time-machine>=3.4",', '"time-machine>=3.3",'), encoding="utf-8")
    commit(folder, "Change something", tag="v0.0.2")
    return folder


@pytest.fixture(params=["github", "gitlab"])
def platform(
    request: pytest.FixtureRequest, template_repository: Path, clean_environment: dict[str, str], tmp_path: Path
) -> Platform:
    """A service of v0.0.1 on the platform."""
    service = tmp_path / "service"
    answers = {"ci": request.param}
    copier.run_copy(str(template_repository), service, data=answers, vcs_ref="v0.0.1", defaults=True, quiet=True)
    commit(service, "Begin")
    git(service, "remote", "add", "origin", str(tmp_path / "origin.git"))
    return serve(request.param, service, clean_environment)


def work(platform: Platform, message: str) -> None:
    """What the team changed reaches its repository."""
    commit(platform.folder / "service", message)
    git(platform.folder / "service", "push", "--quiet", "origin", "main")


def files(folder: Path) -> dict[str, str]:
    """Every file that git has there, but for what is only the team's."""
    names = git(folder, "ls-files").splitlines()
    return {name: (folder / name).read_text(encoding="utf-8") for name in names if name != "uv.lock"}


def test_a_newer_version_becomes_one_request(platform: Platform, template_repository: Path, tmp_path: Path) -> None:
    service = platform.folder / "service"
    append(service / ".gitignore", "/dumps/\n")
    subprocess.run(["uv", "lock", "--quiet"], cwd=service, env=platform.environment, check=True)
    work(platform, "Work of the team")

    done = platform.run_job()

    assert done.returncode == 0, done.stdout + done.stderr
    assert platform.requests == [BRANCH]
    assert git(platform.origin, "log", "--format=%s", f"main..{BRANCH}") == "Update the template to 0.0.2"
    git(service, "fetch", "--quiet", "origin")
    git(service, "switch", "--quiet", BRANCH)
    fresh = tmp_path / "fresh"
    copier.run_copy(str(template_repository), fresh, data={"ci": platform.ci}, defaults=True, quiet=True)
    append(fresh / ".gitignore", "/dumps/\n")
    commit(fresh, "What the request must bring: all of the new version, and what the team wrote")
    assert files(service) == files(fresh)
    subprocess.run(["uv", "lock", "--check", "--quiet"], cwd=service, env=platform.environment, check=True)


def test_the_next_run_leaves_the_request_alone(platform: Platform) -> None:
    assert platform.run_job().returncode == 0
    pushed = git(platform.origin, "rev-parse", BRANCH)

    done = platform.run_job()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "is there already" in done.stdout
    assert git(platform.origin, "rev-parse", BRANCH) == pushed
    assert platform.requests == [BRANCH]


def test_nothing_happens_without_a_newer_version(platform: Platform) -> None:
    service = platform.folder / "service"
    copier.run_update(service, defaults=True, overwrite=True, quiet=True)
    work(platform, "Update by hand")

    done = platform.run_job()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "no newer version" in done.stdout
    assert (platform.branches, platform.requests) == (["main"], [])


def test_a_conflict_fails_with_the_names_of_the_files_and_pushes_nothing(platform: Platform) -> None:
    append(platform.folder / "service" / ".editorconfig", "\n[*.sql]\nindent_size = 2\n")
    work(platform, "Work of the team at the same place")

    done = platform.run_job()

    assert done.returncode != 0
    assert "  .editorconfig\n" in done.stderr
    assert "Nothing was committed or pushed." in done.stderr
    assert (platform.branches, platform.requests) == (["main"], [])
    assert git(platform.folder / "clone", "log", "--format=%s") == "Work of the team at the same place"


@pytest.mark.parametrize("platform", ["github"], indirect=True)
def test_a_request_that_could_not_be_opened_is_opened_by_the_next_run(platform: Platform) -> None:
    git(platform.origin, "branch", BRANCH, "main")

    assert platform.run_job().returncode == 0
    assert platform.requests == [BRANCH]
    calls = (platform.folder / "calls").read_text(encoding="utf-8").splitlines()
    assert [call.split()[:2] for call in calls] == [["auth", "setup-git"], ["pr", "view"], ["pr", "create"]]
