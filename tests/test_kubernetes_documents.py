"""The manifests agree with the service that they run, and the document about them with both."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import Render
from tests.kubernetes import (
    FOLDERS,
    VARIANTS,
    Document,
    build,
    containers,
    named,
    of_kind,
    running,
    selects,
    settings,
)

APPLY = re.compile(
    r"^kubectl apply --kustomize deploy/kubernetes/(\S+)(?: --selector '(\S+) notin \(([^)]+)\)')?$", re.MULTILINE
)


@pytest.fixture(params=list(VARIANTS))
def service(request: pytest.FixtureRequest, render: Render) -> Path:
    """Return the folder of a service."""
    return render(**VARIANTS[request.param], kubernetes=True)


@pytest.fixture
def built(service: Path) -> dict[str, list[Document]]:
    """Return what kustomize makes of each folder."""
    return {folder: build(service, folder) for folder in FOLDERS}


def example_of(service: Path) -> set[str]:
    """Return the names of all settings."""
    text = (service / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))


def test_every_variable_is_a_setting_of_the_service(service: Path, built: dict[str, list[Document]]) -> None:
    known = example_of(service)
    for documents in built.values():
        names = {*settings(documents)}
        for _, template in running(documents):
            ours = [one for one in containers(template) if one.get("envFrom")]
            names |= {variable["name"] for container in ours for variable in container.get("env", [])}
        assert names - known == set()


def test_every_secret_of_the_service_has_its_line(service: Path, built: dict[str, list[Document]]) -> None:
    text = (service / ".env.example").read_text(encoding="utf-8")
    secrets = {
        name for marked, name in re.findall(r"((?:^# .*\n)+)#([A-Z_]+)=", text, re.MULTILINE) if "(secret" in marked
    }
    table = section(service, "Secrets")
    assert {*re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)} == secrets - {*settings(built["base"])}
    # What the ConfigMap sets wins: a file of SQLite, which is no secret.
    assert secrets & {*settings(built["overlays/production"])} == secrets & {*settings(built["base"])}


def test_the_table_of_who_reaches_what_is_that_of_the_policies(service: Path, built: dict[str, list[Document]]) -> None:
    """And what production may call are the ports that the servers of development listen on."""
    rows = re.findall(r"^\| .+ \| .+ \| ([0-9, ]+) \|$", section(service, "Who reaches what"), re.MULTILINE)
    numbers = {int(number) for row in rows for number in row.split(", ")}
    base, development = built["base"], built["overlays/development"]
    opened = {
        port["name"]: port["containerPort"]
        for _, template in running(development)
        for one in containers(template)
        for port in one.get("ports", [])
    }
    policies = of_kind(base, "NetworkPolicy")
    incoming = [port["port"] for one in policies for rule in one["spec"].get("ingress", []) for port in rule["ports"]]
    assert numbers == {opened[name] for name in incoming} | {port for one in policies for port in outgoing(one)}
    servers = {one["metadata"]["name"]: one["spec"]["ports"][0]["port"] for one in of_kind(development, "Service")}
    needed = {port for name, port in servers.items() if name not in {"app", "worker"}}
    for name, template in running(base):
        fitting = [one for one in policies if selects(one["spec"]["podSelector"], template["metadata"]["labels"])]
        allowed = {port for one in fitting for port in outgoing(one)}
        assert name == "migrate" or needed | {53} <= allowed, name
    if "database" in servers:
        assert outgoing(named(base, "NetworkPolicy", "migrate")) == {53, servers["database"]}
    for name, url in settings(development).items():
        if name in {"DATABASE_URL", "REDIS_URL", "BROKER_URL"} and not url.startswith("sqlite:"):
            parts = urlsplit(url)
            assert servers[parts.hostname or ""] == (parts.port or servers["database"])


def section(service: Path, title: str) -> str:
    """Return the part of the document below a heading."""
    text = (service / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def outgoing(policy: Document) -> set[int]:
    """Return the ports that a policy lets out."""
    return {port["port"] for rule in policy["spec"].get("egress", []) for port in rule.get("ports", [])}


def test_connections_are_counted_as_the_document_says(render: Render) -> None:
    for tasks in ("in-process", "redis"):
        service = render(database="postgresql", tasks=tasks, kubernetes=True)
        production = build(service, "overlays/production")
        example = (service / ".env.example").read_text(encoding="utf-8")
        pool = int(re.findall(r"^#DATABASE_POOL_SIZE=(\d+)$", example, re.MULTILINE)[0])
        most = named(production, "HorizontalPodAutoscaler", "app")["spec"]["maxReplicas"]
        surge = named(production, "Deployment", "app")["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
        workers = [
            one["spec"]["replicas"] + 1 for one in of_kind(production, "Deployment") if "replicas" in one["spec"]
        ]
        total = (most + surge + sum(workers)) * pool + 1
        assert f"= {total}  ≤  max_connections" in (service / "docs" / "kubernetes.md").read_text(encoding="utf-8")
        # PostgreSQL's own limit, without those for superusers.
        assert total <= 97


def test_the_migration_comes_with_all_it_needs_and_before_the_rest(
    service: Path, built: dict[str, list[Document]]
) -> None:
    """The commands of the document, as kubectl reads their selectors."""
    production = built["overlays/production"]
    release = APPLY.findall(section(service, "A release"))
    steps = [(folder, key, left_out.split(", ")) for folder, key, left_out in release]
    assert all(folder == "overlays/production" for folder, _, _ in steps)
    assert steps[-1][1] == ""
    workers = [one for one in of_kind(production, "Deployment") if one["metadata"]["name"] == "worker"]
    stages = [[one for one in production if one["metadata"]["labels"].get(key) not in out] for _, key, out in steps]
    if of_kind(production, "Job"):
        first = stages.pop(0)
        assert named(first, "Job", "migrate")
        assert of_kind(first, "Deployment", "Service", "HorizontalPodAutoscaler", "Ingress") == []
        needed = of_kind(production, "ConfigMap", "ServiceAccount", "PersistentVolumeClaim", "NetworkPolicy")
        assert [one for one in needed if one not in first] == []
    if workers:
        # Whoever takes a task has to know it.
        assert of_kind(stages.pop(0), "Deployment") == workers
    assert stages == [production]


def test_the_development_servers_are_those_of_compose(service: Path, built: dict[str, list[Document]]) -> None:
    servers = {
        name: containers(template)[0]["image"]
        for name, template in running(built["overlays/development"])
        if name not in {"app", "worker", "migrate"}
    }
    assert servers == images_of(service / "deploy" / "compose.yml")


def images_of(compose: Path) -> dict[str, str]:
    """Return the servers of production on one machine."""
    ours = {"proxy", "migrate", "app", "worker"}
    found = re.findall(r"^  (\w+):\n    image: (\S+)$", compose.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: image for name, image in found if name not in ours}


def test_prometheus_finds_what_the_alerts_ask_for(render: Render) -> None:
    for answers in ({"tasks": "redis"}, {"database": "postgresql", "tasks": "redis"}):
        service = render(**answers, kubernetes=True)
        production = build(service, "overlays/production")
        monitor = named(production, "ServiceMonitor", "app")
        assert monitor["apiVersion"] == "monitoring.coreos.com/v1"
        assert monitor["spec"].keys() == {"selector", "endpoints"}
        services = [
            one
            for one in of_kind(production, "Service")
            if selects(monitor["spec"]["selector"], one["metadata"]["labels"])
        ]
        offered = [port["name"] for one in services for port in one["spec"]["ports"]]
        asked = [(one["port"], one["relabelings"][0]) for one in monitor["spec"]["endpoints"]]
        # Each port in one Service, so that nothing is counted twice.
        assert [port for port, _ in asked] == ["metrics", "worker-metrics"]
        assert [offered.count(port) for port, _ in asked] == [1, 1]
        assert {relabeling["targetLabel"] for _, relabeling in asked} == {"job"}
        known = (service / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
        jobs = re.findall(r"job_name: (\S+)", known)
        assert [relabeling["replacement"] for _, relabeling in asked] == jobs
