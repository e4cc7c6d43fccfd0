"""What `kubectl kustomize` makes of a service's manifests, and what must hold of every pod in it."""

import copy
import itertools
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.covering import Answers
from tests.linters import PROGRAMS

Document = dict[str, Any]

DATABASES = ("sqlite", "postgresql", "mysql", "none")
TASKS = ("in-process", "redis", "rabbitmq")
#: Answers whose manifests differ.
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

FOLDERS = ("base", "overlays/production", "overlays/development")
KUBECTL = str(PROGRAMS / "kubectl")
#: Where the kinds that run pods have them.
POD_OF = {"Deployment": "template", "StatefulSet": "template", "Job": "template"}
#: A value that says who somebody is: the password of an address, a key.
CREDENTIAL = re.compile(r"://[^/@]*:[^/@]+@|BEGIN [A-Z ]*KEY")
#: What a variable is called that may not be written down.
SECRET_NAME = re.compile(r"PASSWORD$|SECRET|TOKEN|KEYS?$|DSN$|HEADERS$")
#: `EMPTY` in the name: it says that there is none.
NO_SECRET = {"MARIADB_ALLOW_EMPTY_ROOT_PASSWORD"}


def build(service: Path, folder: str) -> list[Document]:
    """Return what is sent to a cluster, to change as one likes."""
    return copy.deepcopy(_built(service, folder))


@cache
def _built(service: Path, folder: str) -> list[Document]:
    command = [KUBECTL, "kustomize", str(service / "deploy" / "kubernetes" / folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # A field that kustomize takes over for another one in a later version.
    assert "deprecated" not in done.stderr, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of_kind(documents: Iterable[Document], *kinds: str) -> list[Document]:
    return [document for document in documents if document["kind"] in kinds]


def named(documents: Iterable[Document], kind: str, name: str) -> Document:
    """Return the one document of this kind and name."""
    (found,) = (document for document in of_kind(documents, kind) if document["metadata"]["name"] == name)
    return found


def running(documents: Iterable[Document]) -> Iterator[tuple[str, Document]]:
    """Yield every template of pods, with the name of what runs it."""
    for document in documents:
        if document["kind"] in POD_OF:
            yield document["metadata"]["name"], document["spec"][POD_OF[document["kind"]]]


def containers(template: Document) -> list[Document]:
    """Return all containers of a pod, those that run before the others, too."""
    return [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]


def selects(selector: Document, labels: dict[str, str]) -> bool:
    """Tell whether a selector, as in a policy or a Deployment, fits these labels."""
    for rule in selector.get("matchExpressions", []):
        assert rule["operator"] == "In", rule
        if labels.get(rule["key"]) not in rule["values"]:
            return False
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= labels.items()


def complaints(documents: list[Document]) -> list[str]:
    """Return what a pod may do that it need not, each with the name of what runs it."""
    return [f"{name}: {wrong}" for name, template in running(documents) for wrong in _of_pod(template)]


def _of_pod(template: Document) -> Iterator[str]:
    pod = template["spec"]
    context = pod.get("securityContext", {})
    if context.get("runAsNonRoot") is not True or not context.get("runAsUser") or not context.get("runAsGroup"):
        yield "may be root"
    if context.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "may make every system call"
    if pod.get("automountServiceAccountToken") is not False:
        yield "has a token of the cluster"
    if pod.get("enableServiceLinks") is not False:
        yield "has variables of other services"
    if {"hostNetwork", "hostPID", "hostIPC"} & pod.keys() or any("hostPath" in one for one in pod.get("volumes", [])):
        yield "reaches into its node"
    mounted = {volume["name"] for volume in pod.get("volumes", [])}
    for container in containers(template):
        yield from (f"{container['name']} {wrong}" for wrong in _of_container(container))
        if any(CREDENTIAL.search(value) for value in _values(container)):
            yield f"{container['name']} holds a secret"
        used = {mount["name"] for mount in container.get("volumeMounts", [])}
        # A StatefulSet has its claims elsewhere; `data` is what ours are called.
        if missing := used - mounted - {"data"}:
            yield f"{container['name']} mounts {sorted(missing)}"


def _of_container(container: Document) -> Iterator[str]:
    context = container.get("securityContext", {})
    expected = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    if context != expected:
        yield f"has the rights {context}"
    resources = container.get("resources", {})
    for kind in ("requests", "limits"):
        if {*resources.get(kind, {})} != {"cpu", "memory"}:
            yield f"has no {kind}"
    if re.fullmatch(r"[a-z0-9./-]+:(?!latest$)[\w.-]+", container["image"]) is None:
        yield f"runs whatever {container['image']} is"
    for variable in container.get("env", []):
        if "value" in variable and SECRET_NAME.search(variable["name"]) and variable["name"] not in NO_SECRET:
            yield f"holds the secret {variable['name']}"


def _values(container: Document) -> list[str]:
    return [
        *(variable.get("value", "") for variable in container.get("env", [])),
        *container.get("args", []),
        *container.get("command", []),
    ]


def settings(documents: Iterable[Document]) -> dict[str, str]:
    """Return what the ConfigMap sets."""
    (found,) = of_kind(documents, "ConfigMap")
    values: dict[str, str] = found["data"]
    return values
