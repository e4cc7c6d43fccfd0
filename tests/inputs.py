"""What a service's own checks and tests can depend on: its tree without the files that none of them reads.

Options about such files only (`PAPER`) give services whose `make check` and `make test` are the same run: they are run
once, in a tree from which these files were taken away, so nothing that a command reads can be among them.
"""

import re
import shutil
from pathlib import Path

from tests.covering import Answers

#: The questions whose answers change nothing but what `strip` takes away.
PAPER = frozenset({"license", "python_version", "ci", "docker", "kubernetes", "devcontainer"})
CONTAINERS = (".dockerignore", "Dockerfile", "deploy/compose.yml", "docs/containers.md")
CLUSTER = ("deploy/kubernetes", "docs/kubernetes.md")
UNREAD = (".copier-answers.yml", ".devcontainer", ".github", ".gitlab-ci.yml", "LICENSE", *CONTAINERS, *CLUSTER)
# The list names the files of CI; pyproject.toml the license, two documents those on containers and clusters.
# The rest is read.
OWNERSHIP = "docs/ownership.md"
LINES = {
    "pyproject.toml": re.compile(r"^license(-files)? = .*\n", re.MULTILINE),
    "README.md": re.compile(r"^\|.*\(docs/(?:containers|kubernetes)\.md\) \|\n", re.MULTILINE),
    "docs/deployment.md": re.compile(r"^\n(?:With containers|On Kubernetes): .*\n", re.MULTILINE),
}


def essence(answers: Answers) -> Answers:
    """Return the answers that a service's own checks and tests can tell apart."""
    return {name: value for name, value in answers.items() if name not in PAPER}


def strip(folder: Path) -> Path:
    """Take away what no check and no test of the service reads."""
    for name in UNREAD:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    # Links lead to it, so it stays, empty.
    (folder / OWNERSHIP).write_text("# Whose file is whose\n", encoding="utf-8")
    for name, lines in LINES.items():
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(lines.sub("", text), encoding="utf-8")
    return folder
