"""The container for editors has what the Makefile needs, and starts what the service's compose.yml has."""

import json
import re
from typing import Any

import pytest
import yaml

from tests.combinations import Answers
from tests.conftest import Render
from tools.option_files import content

FILE = ".devcontainer/devcontainer.json"
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
COMPOSED: tuple[Answers, ...] = ({"database": "postgresql"}, {"redis": True}, {"tasks": "rabbitmq"})


def config(render: Render, **answers: object) -> dict[str, Any]:
    """Return the file without its comments; each has a line of its own."""
    text = (render(devcontainer=True, **answers) / FILE).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(COMMENT.sub("", text))
    return found


def test_only_who_wants_it_has_it_and_nothing_else_differs(render: Render) -> None:
    without, within = content(render()), content(render(devcontainer=True))
    assert within.keys() - without.keys() == {FILE}
    changed = {path for path in without if without[path] != within[path]}
    assert changed == {".copier-answers.yml", "docs/ownership.md"}


def test_its_python_is_the_one_of_ci(render: Render) -> None:
    pipeline = yaml.safe_load((render(ci="gitlab") / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    python = pipeline["default"]["image"].partition(":")[2]
    assert config(render)["image"] == f"mcr.microsoft.com/devcontainers/python:{python}-bookworm"


def test_it_is_made_with_the_commands_of_the_makefile(render: Render) -> None:
    makefile = (render() / "Makefile").read_text(encoding="utf-8")
    assert config(render)["postCreateCommand"] == "make uv && $(python3 -m tools.uv find) sync"
    assert re.search(r"^uv:", makefile, re.MULTILINE)
    assert "python3 -m tools.uv find" in makefile.replace("$(PYTHON)", "python3")


def test_it_forwards_the_port_of_the_service(render: Render) -> None:
    example = (render() / ".env.example").read_text(encoding="utf-8")
    (port,) = config(render)["forwardPorts"]
    assert f"#PORT={port}\n" in example


def test_it_runs_containers_where_the_service_has_servers(render: Render) -> None:
    for answers in COMPOSED:
        assert (render(**answers) / "compose.yml").exists()
        assert list(config(render, **answers)["features"]) == ["ghcr.io/devcontainers/features/docker-in-docker:2"]
    assert not (render() / "compose.yml").exists()
    assert "features" not in config(render)


@pytest.mark.parametrize("name", ["containerEnv", "remoteEnv", "runArgs", "mounts", "privileged", "initializeCommand"])
def test_it_brings_no_environment_and_takes_nothing_of_the_machine(render: Render, name: str) -> None:
    assert name not in config(render, database="postgresql", tasks="redis")
