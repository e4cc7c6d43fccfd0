"""The manifests are what Kubernetes reads, and what is in them agrees with each other."""

import copy
import itertools
from pathlib import Path

import kubernetes_validate
import pytest

from tests.combinations import Answers
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

#: The oldest and the newest Kubernetes that they are for.
VERSIONS = ("1.31", "1.37")
COMPONENT, NAME = "app.kubernetes.io/component", "app.kubernetes.io/name"


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
    one_file, workers = (
        answers.get("database", "sqlite") == "sqlite",
        answers.get("tasks", "in-process") != "in-process",
    )
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
