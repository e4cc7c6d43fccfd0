"""No pod may do more than it must, and the test for that sees every way to break it."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.kubernetes import (
    CREDENTIAL,
    FOLDERS,
    SECRET_NAME,
    VARIANTS,
    Document,
    build,
    complaints,
    containers,
    named,
    running,
    settings,
)

Break = Callable[[Document], object]


def pod(change: Break) -> Break:
    return lambda template: change(template["spec"])


def context(change: Break) -> Break:
    return lambda template: change(template["spec"]["securityContext"])


def container(change: Break) -> Break:
    return lambda template: change(template["spec"]["containers"][-1])


def rights(change: Break) -> Break:
    return lambda template: change(template["spec"]["containers"][-1]["securityContext"])


BROKEN: dict[str, tuple[Break, str]] = {
    "root": (context(lambda it: it.update(runAsNonRoot=False)), "may be root"),
    "no user": (context(lambda it: it.pop("runAsUser")), "may be root"),
    "user 0": (context(lambda it: it.update(runAsUser=0)), "may be root"),
    "no seccomp": (context(lambda it: it.pop("seccompProfile")), "may make every system call"),
    "a token": (pod(lambda it: it.pop("automountServiceAccountToken")), "has a token of the cluster"),
    "links": (pod(lambda it: it.pop("enableServiceLinks")), "has variables of other services"),
    "the node's network": (pod(lambda it: it.update(hostNetwork=True)), "reaches into its node"),
    "the node's files": (
        pod(lambda it: it["volumes"].append({"name": "host", "hostPath": {"path": "/"}})),
        "reaches into its node",
    ),
    "no context": (container(lambda it: it.pop("securityContext")), "has the rights {}"),
    "escalation": (rights(lambda it: it.update(allowPrivilegeEscalation=True)), "has the rights"),
    "a writable root": (rights(lambda it: it.pop("readOnlyRootFilesystem")), "has the rights"),
    "a capability": (rights(lambda it: it["capabilities"].update(add=["NET_ADMIN"])), "has the rights"),
    "no requests": (container(lambda it: it["resources"].pop("requests")), "has no requests"),
    "no limit of memory": (container(lambda it: it["resources"]["limits"].pop("memory")), "has no limits"),
    "latest": (container(lambda it: it.update(image="docker.io/library/app:latest")), "runs whatever"),
    "no tag": (container(lambda it: it.update(image="registry.example.com:5000/app")), "runs whatever"),
    "a password": (
        container(lambda it: it.update(env=[{"name": "SMTP_PASSWORD", "value": "x"}])),
        "holds the secret SMTP_PASSWORD",
    ),
    "a password in an address": (
        container(lambda it: it.update(env=[{"name": "DATABASE_URL", "value": "mysql://a:b@c/d"}])),
        "holds a secret",
    ),
    "a volume that is not there": (
        container(lambda it: it["volumeMounts"].append({"name": "cache", "mountPath": "/cache"})),
        "mounts ['cache']",
    ),
}


@pytest.fixture(scope="module")
def development(render: Render) -> list[Document]:
    """Return what has every kind of pod, built once: a hundred tests break it."""
    answers = {"database": "postgresql", "redis": True, "tasks": "rabbitmq"}
    return build(render(**answers, kubernetes=True), "overlays/development")


@pytest.fixture(params=list(VARIANTS))
def service(request: pytest.FixtureRequest, render: Render) -> Path:
    """Return the folder of a service."""
    return render(**VARIANTS[request.param], kubernetes=True)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_pod_can_do_more_than_it_must(service: Path, folder: str) -> None:
    assert complaints(build(service, folder)) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_manifest_holds_a_secret(service: Path, folder: str) -> None:
    for name, value in settings(build(service, folder)).items():
        assert not CREDENTIAL.search(value), name
        assert not SECRET_NAME.search(name)


def test_our_pods_have_the_user_of_the_image(service: Path) -> None:
    dockerfile = (service / "Dockerfile").read_text(encoding="utf-8")
    for name, template in running(build(service, "base")):
        context = template["spec"]["securityContext"]
        assert f"\nUSER {context['runAsUser']}:{context['runAsGroup']}\n" in dockerfile, name
        assert {"name": "tmp", "mountPath": "/tmp"} in containers(template)[0]["volumeMounts"]  # noqa: S108


@pytest.mark.parametrize("name", ["app", "worker", "migrate", "database", "redis", "broker"])
@pytest.mark.parametrize("how", BROKEN)
def test_every_way_to_break_it_is_seen(development: list[Document], name: str, how: str) -> None:
    documents = copy.deepcopy(development)
    template = dict(running(documents))[name]
    change, complaint = BROKEN[how]
    change(template)
    found = complaints(documents)
    assert found
    assert all(line.startswith(f"{name}: ") and complaint in line for line in found)


def test_a_worker_beside_the_service_is_seen_too(render: Render) -> None:
    documents = build(render(tasks="redis", kubernetes=True), "base")
    del named(documents, "Deployment", "app")["spec"]["template"]["spec"]["containers"][1]["securityContext"]
    assert complaints(documents) == ["app: worker has the rights {}"]
