"""The manifests are what Kubernetes reads, and what is in them agrees: with each other, the image, and the service."""

import copy
import itertools
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from tests.combinations import Answers
from tests.conftest import Render
from tests.kubernetes import (
    FOLDERS,
    KUBECTL,
    Document,
    build,
    containers,
    named,
    of_kind,
    running,
    selects,
    settings,
)

#: The oldest and the newest Kubernetes that they are for.
VERSIONS = ("1.31", "1.37")
DATABASES = ("sqlite", "postgresql", "mysql", "none")
TASKS = ("in-process", "redis", "rabbitmq")
VARIANTS: dict[str, Answers] = {
    f"{database}, {tasks}": {"database": database, "tasks": tasks}
    for database, tasks in itertools.product(DATABASES, TASKS)
}
VARIANTS |= {
    "sqlite, redis, no metrics": {"tasks": "redis", "metrics": False},
    "postgresql, rabbitmq, no metrics": {"database": "postgresql", "tasks": "rabbitmq", "metrics": False},
    "everything": {
        "database": "postgresql",
        "auth": "oidc",
        "redis": True,
        "tasks": "redis",
        "tracing": True,
        "sentry": True,
    },
    "an awkward name": {"project_slug": "null", "database": "mysql", "auth": "session", "redis": True},
    "nothing": {"database": "none", "auth": "none", "metrics": False},
}
COMPONENT, NAME = "app.kubernetes.io/component", "app.kubernetes.io/name"
APPLY = re.compile(r"^kubectl apply --kustomize deploy/kubernetes/(\S+)(?: --selector '(\S+) notin \(([^)]+)\)')?$", re.M)


@pytest.fixture(params=list(VARIANTS))
def answers(request: pytest.FixtureRequest) -> Answers:
    return VARIANTS[request.param]


@pytest.fixture
def service(render: Render, answers: Answers) -> Path:
    """Return the folder of a service."""
    return render(**answers, kubernetes=True)


@pytest.fixture
def built(service: Path) -> dict[str, list[Document]]:
    """Return what kustomize makes of each folder."""
    return {folder: build(service, folder) for folder in FOLDERS}


@pytest.fixture
def production(built: dict[str, list[Document]]) -> list[Document]:
    return built["overlays/production"]


def judge(document: Document) -> None:
    """Fail when Kubernetes would not take a document; unknown fields are mistakes."""
    for version in VERSIONS:
        kubernetes_validate.validate(document, version, strict=True)


def example_of(service: Path) -> set[str]:
    """Return the names of all settings."""
    text = (service / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))


def test_kubernetes_takes_every_document(built: dict[str, list[Document]]) -> None:
    for document in itertools.chain(*built.values()):
        if document["kind"] != "ServiceMonitor":
            judge(document)


@pytest.mark.parametrize(
    ("path", "value"), [(["replica"], 1), (["template", "spec", "containers"], None), (["replicas"], "two")]
)
def test_a_mistake_is_seen(render: Render, path: list[str], value: object) -> None:
    broken = copy.deepcopy(named(build(render(kubernetes=True), "base"), "Deployment", "app"))
    place = broken["spec"]
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(kubernetes_validate.ValidationError):
        judge(broken)


def test_each_kind_is_there_for_whoever_needs_it(answers: Answers, production: list[Document]) -> None:
    one_file, workers = answers.get("database", "sqlite") == "sqlite", answers.get("tasks", "in-process") != "in-process"
    kinds = {(document["kind"], document["metadata"]["name"]) for document in production}
    assert ("Deployment", "app") in kinds
    assert (("Job", "migrate") in kinds) == (answers.get("database") != "none")
    assert (("HorizontalPodAutoscaler", "app") in kinds) == (("PodDisruptionBudget", "app") in kinds) == (not one_file)
    assert (("PersistentVolumeClaim", "data") in kinds) == one_file
    assert (("Deployment", "worker") in kinds) == (workers and not one_file)
    beside = [container["name"] for container in containers(named(production, "Deployment", "app")["spec"]["template"])]
    assert beside == (["app", "worker"] if workers and one_file else ["app"])
    assert (("ServiceMonitor", "app") in kinds) == answers.get("metrics", True)
    # Whatever keeps the schedule keeps it in any number of processes.
    assert not of_kind(production, "CronJob", "Secret", "Namespace", "StatefulSet")


def test_one_file_is_never_in_two_pods(render: Render) -> None:
    spec = named(build(render(kubernetes=True), "overlays/production"), "Deployment", "app")["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}


def test_selectors_find_their_pods(built: dict[str, list[Document]]) -> None:
    for documents in built.values():
        pods = [template["metadata"]["labels"] for _, template in running(documents)]
        assert all({COMPONENT, NAME} <= labels.keys() for labels in pods)
        for document in of_kind(documents, "Deployment", "StatefulSet"):
            assert selects(document["spec"]["selector"], document["spec"]["template"]["metadata"]["labels"])
        one = {"PodDisruptionBudget": "selector", "NetworkPolicy": "podSelector"}
        for document in of_kind(documents, *one):
            selector = document["spec"][one[document["kind"]]]
            # Nobody else's, should they ever share a namespace.
            assert NAME in selector["matchLabels"]
            assert any(selects(selector, labels) for labels in pods)
        for document in of_kind(documents, "Service"):
            found = [labels for labels in pods if document["spec"]["selector"].items() <= labels.items()]
            assert len(found) == 1
            assert NAME in document["spec"]["selector"]
        for spread in (template["spec"].get("topologySpreadConstraints", []) for _, template in running(documents)):
            assert all(NAME in one["labelSelector"]["matchLabels"] for one in spread)


def test_what_is_scaled_and_named_exists(production: list[Document]) -> None:
    for autoscaler in of_kind(production, "HorizontalPodAutoscaler"):
        target = autoscaler["spec"]["scaleTargetRef"]
        assert "replicas" not in named(production, target["kind"], target["name"])["spec"]
    accounts = {document["metadata"]["name"] for document in of_kind(production, "ServiceAccount")}
    claims = {document["metadata"]["name"] for document in of_kind(production, "PersistentVolumeClaim")}
    maps = {document["metadata"]["name"] for document in of_kind(production, "ConfigMap")}
    for _, template in running(production):
        assert template["spec"]["serviceAccountName"] in accounts
        asked = [volume["persistentVolumeClaim"] for volume in template["spec"]["volumes"] if "emptyDir" not in volume]
        assert {one["claimName"] for one in asked} <= claims
        for container in containers(template):
            assert container["envFrom"][0] == {"secretRef": {"name": "app-secrets"}}
            # The last one counts: a file of development cannot overrule production.
            assert container["envFrom"][1]["configMapRef"]["name"] in maps
    (ingress,) = of_kind(production, "Ingress")
    (rule,) = ingress["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    ports = [port["name"] for port in named(production, "Service", backend["name"])["spec"]["ports"]]
    assert backend["port"]["name"] in ports
    assert settings(production)["ALLOWED_HOSTS"] == rule["host"] == ingress["spec"]["tls"][0]["hosts"][0]
    assert settings(production)["PUBLIC_URL"] == f"https://{rule['host']}"


def test_ports_agree(service: Path, built: dict[str, list[Document]]) -> None:
    example = (service / ".env.example").read_text(encoding="utf-8")
    assert "\n#PORT=8000\n" in example
    for documents in built.values():
        opened: dict[str, int] = {}
        for _, template in running(documents):
            own = {port["name"]: port["containerPort"] for one in containers(template) for port in one.get("ports", [])}
            opened |= own
            for container in containers(template):
                probes = [container[name] for name in container if name.endswith("Probe")]
                assert {probe["httpGet"]["port"] for probe in probes if "httpGet" in probe} <= own.keys()
                given = {variable["name"]: variable.get("value") for variable in container.get("env", [])}
                measured = [number for name, number in own.items() if "metrics" in name]
                assert "METRICS_PORT" not in given or int(given["METRICS_PORT"]) in measured
        assert opened["http"] == 8000
        for document in of_kind(documents, "Service"):
            for port in document["spec"]["ports"]:
                assert port["name"] == port["targetPort"]
                assert opened[port["targetPort"]] == port["port"] or port["name"] == "http"
        for policy in of_kind(documents, "NetworkPolicy"):
            ports = [port["port"] for rule in policy["spec"].get("ingress", []) for port in rule.get("ports", [])]
            assert {*ports} <= opened.keys()


def test_the_service_has_three_probes_that_ask_what_it_answers(production: list[Document]) -> None:
    app = containers(named(production, "Deployment", "app")["spec"]["template"])[0]
    paths = {name: app[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/health/live", "liveness": "/health/live", "readiness": "/health/ready"}
    # The service answers within two seconds.
    assert app["readinessProbe"]["timeoutSeconds"] > 2


def test_a_pod_ends_before_it_is_killed(production: list[Document]) -> None:
    for document in of_kind(production, "Deployment"):
        assert document["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > 27


def test_every_pod_is_in_a_policy_for_both_directions(built: dict[str, list[Document]]) -> None:
    for documents in built.values():
        policies = of_kind(documents, "NetworkPolicy")
        for name, template in running(documents):
            own = [one for one in policies if selects(one["spec"]["podSelector"], template["metadata"]["labels"])]
            directions = {direction for policy in own for direction in policy["spec"]["policyTypes"]}
            assert directions == {"Ingress", "Egress"}, name
        for policy in policies:
            for rule in policy["spec"].get("egress", []):
                for block in (place.get("ipBlock") for place in rule.get("to", []) if "ipBlock" in place):
                    assert block["except"], "the metadata of the cloud"


def test_only_who_brings_requests_and_who_measures_gets_in(production: list[Document]) -> None:
    key = "kubernetes.io/metadata.name"
    for policy in of_kind(production, "NetworkPolicy"):
        for rule in policy["spec"].get("ingress", []):
            (source,) = rule["from"]
            ports = {port["port"] for port in rule["ports"]}
            namespace = source["namespaceSelector"]["matchLabels"][key]
            assert ports == {"http"} if namespace == "ingress" else ports <= {"metrics", "worker-metrics"}


def test_every_variable_is_a_setting_of_the_service(service: Path, built: dict[str, list[Document]]) -> None:
    known = example_of(service)
    for documents in built.values():
        names = {*settings(documents)}
        for _, template in running(documents):
            ours = [one for one in containers(template) if one.get("envFrom")]
            names |= {variable["name"] for container in ours for variable in container.get("env", [])}
        assert names - known == set()
    document = (service / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    keys = re.findall(r"^\| `([A-Z_]+)` \| (?:in production|always|with|when)", document, re.MULTILINE)
    assert {*keys} - known == set()


def test_the_development_servers_are_those_of_compose(service: Path, built: dict[str, list[Document]]) -> None:
    servers = {
        name: containers(template)[0]["image"]
        for name, template in running(built["overlays/development"])
        if name not in {"app", "worker", "migrate"}
    }
    assert servers == images_of(service / "deploy" / "compose.yml")


def images_of(compose: Path) -> dict[str, Any]:
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
            one for one in of_kind(production, "Service") if selects(monitor["spec"]["selector"], one["metadata"]["labels"])
        ]
        offered = [port["name"] for one in services for port in one["spec"]["ports"]]
        asked = [(one["port"], one["relabelings"][0]) for one in monitor["spec"]["endpoints"]]
        # Each port in one Service, so that nothing is counted twice.
        assert [offered.count(port) for port, _ in asked] == [1, 1]
        assert {relabeling["targetLabel"] for _, relabeling in asked} == {"job"}
        known = (service / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
        jobs = re.findall(r"job_name: (\S+)", known)
        assert [relabeling["replacement"] for _, relabeling in asked] == jobs


def test_connections_are_counted_as_the_document_says(render: Render) -> None:
    for tasks in ("in-process", "redis"):
        service = render(database="postgresql", tasks=tasks, kubernetes=True)
        production = build(service, "overlays/production")
        example = (service / ".env.example").read_text(encoding="utf-8")
        pool = int(re.findall(r"^#DATABASE_POOL_SIZE=(\d+)$", example, re.MULTILINE)[0])
        most = named(production, "HorizontalPodAutoscaler", "app")["spec"]["maxReplicas"]
        surge = named(production, "Deployment", "app")["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
        workers = [one["spec"]["replicas"] + 1 for one in of_kind(production, "Deployment") if "replicas" in one["spec"]]
        total = (most + surge + sum(workers)) * pool + 1
        assert f"= {total}  ≤  max_connections" in (service / "docs" / "kubernetes.md").read_text(encoding="utf-8")
        # PostgreSQL's own limit, without those for superusers.
        assert total <= 97


def test_the_migration_comes_with_all_it_needs_and_before_the_rest(service: Path, production: list[Document]) -> None:
    """The commands of the document, as kubectl reads their selectors."""
    document = (service / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    release = document.partition("\n## A release\n")[2].partition("\n### ")[0]
    steps = [(folder, key, left_out.split(", ")) for folder, key, left_out in APPLY.findall(release)]
    assert all(folder == "overlays/production" for folder, _, _ in steps)
    assert steps[-1][1] == ""
    if not of_kind(production, "Job"):
        assert len(steps) == 1
        return
    _, key, left_out = steps[0]
    first = [one for one in production if one["metadata"]["labels"].get(key) not in left_out]
    assert named(first, "Job", "migrate")
    assert of_kind(first, "Deployment", "Service", "HorizontalPodAutoscaler", "Ingress") == []
    needed = of_kind(production, "ConfigMap", "ServiceAccount", "PersistentVolumeClaim", "NetworkPolicy")
    assert [one for one in needed if one not in first] == []
    workers = [one for one in of_kind(production, "Deployment") if one["metadata"]["name"] == "worker"]
    assert len(steps) == (3 if workers else 2)
    if workers:
        second = [one for one in production if one["metadata"]["labels"].get(steps[1][1]) not in steps[1][2]]
        assert [one["metadata"]["name"] for one in of_kind(second, "Deployment")] == ["worker"]


def test_a_secret_file_as_documented_becomes_the_secret(render: Render, tmp_path: Path) -> None:
    document = (render(kubernetes=True) / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^(sed -n .*) secrets/fresh\.env > secrets/production\.env$", document, re.MULTILINE)
    keys = json.dumps({"keys": [{"kty": "EC", "d": "a-b_c="}]})
    # As `app secrets init` writes it.
    (tmp_path / "fresh.env").write_text(f"# Not for git\nENVIRONMENT=development\nJWT_KEYS='{keys}'\n", encoding="utf-8")
    lines = subprocess.run(f"{command} fresh.env", shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S602
    (tmp_path / "production.env").write_text(lines.stdout, encoding="utf-8")
    make = [KUBECTL, "create", "secret", "generic", "app-secrets", "--from-env-file=production.env"]
    options = ["--dry-run=client", "--output", "go-template={{range $name, $value := .data}}{{$name}}={{$value | base64decode}}{{end}}"]
    done = subprocess.run([*make, *options], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"JWT_KEYS={keys}"
