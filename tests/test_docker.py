"""The image and its production example, as far as a machine without containers can judge; test_image.py builds one."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.combinations import DEFAULT, Answers
from tests.conftest import Render
from tests.linters import PROGRAMS, podman_compose, schema

VARIANTS: dict[str, Answers] = {
    "default": DEFAULT,
    "everything": {
        "database": "postgresql",
        "auth": "session",
        "api_keys": True,
        "redis": True,
        "tasks": "rabbitmq",
    },
    "mysql": {"database": "mysql", "tasks": "redis", "metrics": False},
    "provider": {"database": "none", "auth": "oidc", "redis": True, "tasks": "redis"},
    "least": {"database": "none", "auth": "none", "metrics": False},
}
OURS = {"app", "migrate", "worker"}


@pytest.fixture(params=list(VARIANTS))
def service(request: pytest.FixtureRequest, render: Render) -> Path:
    """Return the folder of a service."""
    return render(**VARIANTS[request.param])


@pytest.fixture
def described(service: Path) -> dict[str, Any]:
    """Return its compose file for production."""
    document: dict[str, Any] = yaml.safe_load((service / "deploy" / "compose.yml").read_text(encoding="utf-8"))
    return document


@pytest.fixture
def containers(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = described["services"]
    return found


def variables(service: Path) -> set[str]:
    """Return what the compose file takes from `deploy/.env`."""
    text = (service / "deploy" / "compose.yml").read_text(encoding="utf-8")
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))


def aliases(networks: list[str] | dict[str, dict[str, list[str]]], network: str) -> list[str]:
    """Return the names beside its own that a container has in a network."""
    return networks[network].get("aliases", []) if isinstance(networks, dict) else []


def test_the_dockerfile_has_no_known_mistake(service: Path) -> None:
    command = [str(PROGRAMS / "hadolint"), "--no-color", str(service / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_mistake_in_it_is_seen(default: Path, tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text((default / "Dockerfile").read_text(encoding="utf-8").replace("USER 10001:10001", "USER root"))
    done = subprocess.run([str(PROGRAMS / "hadolint"), str(bad)], capture_output=True, text=True, check=False)
    assert "DL3002" in done.stdout


def test_only_what_it_is_made_of_is_sent_to_the_builder(service: Path) -> None:
    first, *rest = [
        line for line in (service / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    let_in = {line.removeprefix("!") for line in rest if line.startswith("!")}
    dockerfile = (service / "Dockerfile").read_text(encoding="utf-8")
    copied = {
        name
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
        for name in sources.split()
    }
    assert first == "*"
    assert copied <= let_in
    # uv.lock is made by the team; migrations need a database.
    assert {name for name in copied if not (service / name).exists()} == {"uv.lock"}
    assert let_in - copied <= {"migrations"}


def test_it_is_what_compose_reads(service: Path) -> None:
    done = schema("vendor.compose-spec", service / "deploy" / "compose.yml")
    assert done.returncode == 0, done.stdout


def test_it_resolves_with_the_variables_that_it_names(service: Path, tmp_path: Path) -> None:
    given = {name: f"its-{name.lower().replace('_', '-')}" for name in variables(service)}
    folder = Path(shutil.copytree(service / "deploy", tmp_path / "deploy"))
    (folder / ".env").touch()
    done = podman_compose(folder / "compose.yml", tmp_path, **given)
    assert done.returncode == 0, done.stderr
    app = yaml.safe_load(done.stdout)["services"]["app"]
    assert app["environment"]["PUBLIC_URL"] == "https://its-site"
    addresses = {name: value for name, value in app["environment"].items() if name.endswith("_URL")}
    passwords = {name for name in given if name.endswith("_PASSWORD")}
    assert {name for name in passwords if any(given[name] in url for url in addresses.values())} == passwords
    for name in {"SITE", *passwords}:
        without = {other: value for other, value in given.items() if other != name}
        refused = podman_compose(folder / "compose.yml", tmp_path, **without)
        assert refused.returncode != 0
        assert f"required variable {name} is missing" in refused.stderr


def test_there_is_what_the_answers_need(request: pytest.FixtureRequest, containers: dict[str, dict[str, Any]]) -> None:
    expected = {
        "default": ["proxy", "migrate", "app"],
        "everything": ["proxy", "migrate", "app", "worker", "database", "redis", "broker"],
        "mysql": ["proxy", "migrate", "app", "worker", "database", "broker"],
        "provider": ["proxy", "app", "worker", "redis", "broker"],
        "least": ["proxy", "app"],
    }
    name = re.search(r"\[(\w+)\]", request.node.name)
    assert name is not None
    assert list(containers) == expected[name[1]]


def test_each_waits_for_the_health_of_what_it_needs(containers: dict[str, dict[str, Any]]) -> None:
    for container in containers.values():
        for name, condition in container.get("depends_on", {}).items():
            healthy = {"condition": "service_healthy"}
            assert condition == (healthy if name != "migrate" else {"condition": "service_completed_successfully"})
            assert name == "migrate" or "test" in containers[name]["healthcheck"]
    assert {*containers} - OURS - {"proxy"} <= {*containers["app"].get("depends_on", {}), "database"}


def test_only_the_proxy_is_reached_from_outside(containers: dict[str, dict[str, Any]]) -> None:
    ports = {name: container["ports"] for name, container in containers.items() if "ports" in container}
    assert ports.pop("proxy") == ["80:80", "443:443"]
    assert [port for own in ports.values() for port in own if not port.startswith("127.0.0.1:")] == []


def test_nothing_of_ours_can_do_more_than_it_must(containers: dict[str, dict[str, Any]]) -> None:
    for name in (*OURS & {*containers}, "proxy"):
        container = containers[name]
        assert container["read_only"] is True
        assert container["cap_drop"] == ["ALL"]
        assert container.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
        assert container["security_opt"] == ["no-new-privileges:true"]
        assert "/tmp" in container["tmpfs"]  # noqa: S108
        assert not {"privileged", "network_mode", "pid", "user"} & {*container}


def test_servers_have_no_way_out_and_only_our_network_is_believed(
    described: dict[str, Any], containers: dict[str, dict[str, Any]]
) -> None:
    inside = described["networks"]["inside"]
    assert inside["internal"] is True
    (subnet,) = inside["ipam"]["config"]
    assert containers["app"]["environment"]["TRUSTED_PROXIES"] == subnet["subnet"]
    outside = {name for name, container in containers.items() if "outside" in container["networks"]}
    assert outside <= {"proxy", "app", "worker"}


def test_the_proxy_finds_the_service_in_the_network_that_is_believed(containers: dict[str, dict[str, Any]]) -> None:
    name, _, port = containers["proxy"]["environment"]["UPSTREAM"].partition(":")
    # What a container is called itself it is called in each of its networks, and Docker answers with any of them.
    assert (name in containers, port) == (False, "8000")
    places = {
        (service, network)
        for service, container in containers.items()
        for network in container["networks"]
        if name in aliases(container["networks"], network)
    }
    assert places == {("app", "inside")}
    assert "inside" in containers["proxy"]["networks"]


def test_it_ends_before_it_is_killed(containers: dict[str, dict[str, Any]]) -> None:
    assert int(containers["app"]["stop_grace_period"].removesuffix("s")) > 27


def test_every_volume_and_image_is_named_in_full(
    described: dict[str, Any], containers: dict[str, dict[str, Any]]
) -> None:
    used = {
        volume.partition(":")[0]
        for container in containers.values()
        for volume in container.get("volumes", [])
        if not volume.startswith(".")
    }
    assert used == {*described["volumes"]}
    for name in {*containers} - OURS:
        assert re.fullmatch(r"docker\.io/library/[a-z]+:\d+(\.\d+)?", containers[name]["image"])


def test_production_runs_on_the_servers_of_development(service: Path, containers: dict[str, dict[str, Any]]) -> None:
    development = service / "compose.yml"
    known = yaml.safe_load(development.read_text("utf-8"))["services"] if development.exists() else {}
    images = {name: container["image"] for name, container in known.items()}
    assert {name: containers[name]["image"] for name in images} == images


def test_what_it_takes_from_outside_is_documented(service: Path, containers: dict[str, dict[str, Any]]) -> None:
    document = (service / "docs" / "containers.md").read_text(encoding="utf-8")
    assert {name for name in variables(service) if f"\n{name}=" not in document} == set()
    settings = set(re.findall(r"^#?([A-Z_]+)=", (service / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert {*containers["app"]["environment"]} <= settings


def test_the_proxy_is_the_one_of_a_plain_machine(service: Path, containers: dict[str, dict[str, Any]]) -> None:
    caddyfile = (service / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert containers["proxy"]["volumes"][0] == "./Caddyfile:/etc/caddy/Caddyfile:ro"
    assert set(re.findall(r"\{\$(\w+):", caddyfile)) == {*containers["proxy"]["environment"]}
