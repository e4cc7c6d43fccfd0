"""GitHub and GitLab as far as a scheduled job sees them: a repository to push to, fresh clones, requests."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.ci_jobs import GH, Done, github_job, gitlab_job
from tools.git import git

# What the platforms know, and the token of the team.
GITHUB = {"secrets.TEMPLATE_UPDATE_TOKEN || github.token": "the token"}
GITLAB = {
    "CI_SERVER_PROTOCOL": "https",
    "CI_SERVER_HOST": "gitlab.example",
    "CI_SERVER_FQDN": "gitlab.example:8443",
    "CI_PROJECT_PATH": "team/service",
    "TEMPLATE_UPDATE_TOKEN": "the-token",
}
PUSH_URL = "https://template-update:the-token@gitlab.example:8443/team/service.git"
# GitLab opens requests itself when a push says so.
HOOK = """#!/bin/sh
test "$GIT_PUSH_OPTION_0" = merge_request.create || exit 0
while read -r _ _ ref; do echo "${ref#refs/heads/}" >> requests; done
"""


@dataclass
class Platform:
    """A service on GitHub or GitLab: its repository there, and what its scheduled job does."""

    ci: str
    folder: Path
    environment: dict[str, str]

    @property
    def origin(self) -> Path:
        return self.folder / "origin.git"

    @property
    def requests(self) -> list[str]:
        path = self.folder / "requests" if self.ci == "github" else self.origin / "requests"
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    @property
    def branches(self) -> list[str]:
        return git(self.origin, "branch", "--format", "%(refname:short)").splitlines()

    def checkout(self) -> Path:
        """A fresh clone as the platform makes it: shallow, and on GitLab on no branch."""
        clone = self.folder / "clone"
        shutil.rmtree(clone, ignore_errors=True)
        git(self.folder, "clone", "--quiet", "--depth", "1", f"file://{self.origin}", str(clone))
        if self.ci == "gitlab":
            git(clone, "checkout", "--quiet", "--detach")
        return clone

    def run_job(self) -> Done:
        clone = self.checkout()
        if self.ci == "github":
            return github_job(clone / ".github/workflows/template-update.yml", clone, self.environment, GITHUB)
        return gitlab_job(clone / ".gitlab-ci.yml", "template-update", clone, self.environment, GITLAB)


def serve(ci: str, service: Path, environment: dict[str, str]) -> Platform:
    """Put a service on the platform; everything lies beside its folder."""
    folder = service.parent
    platform = Platform(ci, folder, {})
    git(folder, "clone", "--quiet", "--bare", str(service), str(platform.origin))
    git(platform.origin, "config", "receive.advertisePushOptions", "true")
    write_program(platform.origin / "hooks" / "post-receive", HOOK)
    write_program(folder / "bin" / "gh", GH)
    (folder / "requests").touch()
    git(folder, "config", "--file", str(folder / "gitconfig"), f"url.{platform.origin}.insteadOf", PUSH_URL)
    platform.environment = environment | {
        "PATH": f"{folder / 'bin'}:{environment['PATH']}",
        "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GH_CALLS": str(folder / "calls"),
        "GH_REQUESTS": str(folder / "requests"),
    }
    return platform


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
