"""Servers and programs that tests and variants need, how to see that they are there, and how to start them.

A missing one fails the test with one line. With `REQUIRE_SERVICES=0` it is skipped, and the end of the run lists what
was not proven; any other value, or none, requires everything.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.combinations import OPTIONS
from tests.covering import Answers

#: The user property of a test that was skipped: which service it did not find.
MISSING = "missing service"


@dataclass(frozen=True)
class Service:
    """Something outside the repository; `asked_by` tells which variants run on it, `start` how it is had."""

    name: str
    start: str
    is_there: Callable[[], bool]
    asked_by: Callable[[Answers], bool]

    def complaint(self) -> str:
        """Return the one line for the person who does not have it."""
        return f"{self.name} is missing; this gives it to you: {self.start}"


def listens(port: int) -> bool:
    """Tell whether somebody on this machine accepts connections on a port."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def find_chromium() -> str | None:
    """Return the path of a Chromium."""
    programs = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in programs if (path := shutil.which(name))), None)


def find_python(version: str) -> str | None:
    """Return the path of a Python that runs, such as one of pyenv's that nobody has chosen."""
    program = f"python{version}"
    paths = [shutil.which(program), *Path.home().glob(f".pyenv/versions/{version}.*/bin/{program}")]
    return next((str(path) for path in paths if path and runs(path)), None)


def runs(python: str | Path) -> bool:
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


#: What the workflows and the image of a service have, unless it asks for another one.
PYTHON_VERSION = str(OPTIONS["python_version"][0])
#: The others on which a service runs, the newest first.
OTHER_PYTHONS = sorted(map(str, OPTIONS["python_version"][1:]), key=lambda version: int(version[2:]), reverse=True)
PYTHON = Service(
    f"Python {PYTHON_VERSION}",
    f"uv python install {PYTHON_VERSION}",
    is_there=lambda: find_python(PYTHON_VERSION) is not None,
    asked_by=lambda answers: answers == {},  # the others run on the Python that is here
)
CHROMIUM = Service(
    "Chromium",
    "apt-get install chromium",
    is_there=lambda: find_chromium() is not None,
    asked_by=lambda answers: False,  # our own tests open the pages; a service does not
)
PROMTOOL = Service(
    "promtool",
    "apt-get download prometheus, dpkg -x prometheus_*.deb ., usr/bin/promtool to a folder of PATH",
    is_there=lambda: shutil.which("promtool") is not None,
    asked_by=lambda answers: False,  # our own tests judge the alerts
)
BUILDAH = Service(
    "buildah, debootstrap, docker-registry or htpasswd",
    "apt-get install buildah debootstrap docker-registry apache2-utils, as root",
    is_there=lambda: all(map(shutil.which, ("buildah", "debootstrap", "docker-registry", "htpasswd"))),
    asked_by=lambda answers: False,  # `make test-all` builds an image
)
POSTGRESQL = Service(
    "PostgreSQL on port 5432 of 127.0.0.1, superuser postgres without a password,",
    "apt-get install postgresql, `trust` for 127.0.0.1/32 in pg_hba.conf, service postgresql restart",
    is_there=lambda: listens(5432),
    asked_by=lambda answers: answers.get("database") == "postgresql",
)
MARIADB = Service(
    "MariaDB on port 3306 of 127.0.0.1, user root without a password,",
    "apt-get install mariadb-server, service mariadb start, mariadb -e \"SET PASSWORD FOR root@localhost = ''\"",
    is_there=lambda: listens(3306),
    asked_by=lambda answers: answers.get("database") == "mysql",
)
REDIS = Service(
    "Redis on port 6379 of 127.0.0.1, without a password,",
    "apt-get install redis-server, service redis-server start",
    is_there=lambda: listens(6379),
    asked_by=lambda answers: answers.get("redis") is True or answers.get("tasks") == "redis",
)
RABBITMQ = Service(
    "RabbitMQ on port 5672 of 127.0.0.1, with the account guest,",
    "apt-get install rabbitmq-server, service rabbitmq-server start",
    is_there=lambda: listens(5672),
    asked_by=lambda answers: answers.get("tasks") == "rabbitmq",
)
SERVICES = (PYTHON, CHROMIUM, PROMTOOL, BUILDAH, POSTGRESQL, MARIADB, REDIS, RABBITMQ)


def needed_by(answers: Answers, services: Iterable[Service] = SERVICES) -> list[Service]:
    """Return what the own checks and tests of a variant run on."""
    return [service for service in services if service.asked_by(answers)]


def require(node: pytest.Item, services: Iterable[Service]) -> None:
    """End a test that needs what is missing: as failed, or as skipped where `REQUIRE_SERVICES=0` allows that."""
    lines = [service.complaint() for service in services if not service.is_there()]
    if not lines:
        return
    if os.environ.get("REQUIRE_SERVICES") == "0":
        node.user_properties.append((MISSING, " ".join(lines)))
        pytest.skip(" ".join(lines))
    pytest.fail(" ".join(lines), pytrace=False)
