"""A service on SQLite becomes one on PostgreSQL, as docs/database.md of the service says: nobody loses anything."""

import json
import re
import subprocess
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import copier
import pytest

from tests.living import assert_no_conflict, commit, git_template, update
from tests.processes import free_port, make, running
from tests.services import POSTGRESQL

USER = {"email": "ada@example.com", "password": "correct horse battery staple", "full_name": "Ada 🚲"}
TITLES = ["Bicycle", "Fahrrad 🚲", "'; DROP TABLE items; --"]
# With the service's own functions, which its tests use.
ADMINISTER = """
import asyncio, sys
from app.core import dialect
asyncio.run(getattr(dialect, sys.argv[1])(sys.argv[2].replace("postgresql:", "postgresql+asyncpg:")))
"""

pytestmark = pytest.mark.xdist_group("server")


class Api:
    """The service that `make dev` starts, asked by one user."""

    def __init__(self, port: int) -> None:
        self._address = f"http://localhost:{port}/api/v1"
        self._headers: dict[str, str] = {}

    def ask(self, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        """GET a path, or POST a body to it; the answer must be a success."""
        headers = self._headers | ({"Content-Type": kind} if body else {})
        with urllib.request.urlopen(
            urllib.request.Request(self._address + path, body, headers),
            timeout=30,
        ) as response:
            return json.load(response)

    def send(self, path: str, **values: str) -> Any:
        return self.ask(path, json.dumps(values).encode())

    def log_in(self) -> None:
        form = urlencode({"username": USER["email"], "password": USER["password"]}).encode()
        token = self.ask("/auth/token", form, "application/x-www-form-urlencoded")["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def everything(self) -> Any:
        """What the user sees: profile and items."""
        return [self.ask("/users/me"), self.ask("/items")]


@pytest.fixture
def service(template: Path, tmp_path: Path) -> Path:
    """A service on SQLite, in git."""
    released = git_template(template, tmp_path / "template", tag="v1.0.0")
    folder = tmp_path / "service"
    copier.run_copy(str(released), folder, data={"database": "sqlite"}, defaults=True, quiet=True, unsafe=False)
    commit(folder, "Begin")
    return folder


@pytest.fixture
def command(service: Path, clean_environment: dict[str, str]) -> Callable[..., str]:
    """Runs a program of the service's environment; its output when it succeeds."""

    def run(program: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(service / ".venv/bin" / program), *arguments],
            cwd=service,
            env=clean_environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def postgresql(command: Callable[..., str]) -> Iterator[Callable[[], str]]:
    """Makes an empty database, as the service's own tests do; dropped at the end."""
    url = f"postgresql://postgres@127.0.0.1:5432/moved_{uuid.uuid4().hex[:8]}"
    made = []

    def create() -> str:
        command("python", "-c", ADMINISTER, "create_database", url)
        made.append(url)
        return url

    yield create
    for database in made:
        command("python", "-c", ADMINISTER, "drop_database", database)


def test_the_same_user_logs_in_and_sees_the_same_after_the_move(
    service: Path,
    clean_environment: dict[str, str],
    command: Callable[..., str],
    postgresql: Callable[[], str],
    needs: Callable[..., None],
) -> None:
    needs(POSTGRESQL)
    port = free_port()
    environment = clean_environment | {"PORT": str(port)}
    with running(["make", "dev"], service, environment) as server:
        server.wait_for("startup complete", 120)
        api = Api(port)
        api.send("/users", **USER)
        api.log_in()
        for title in TITLES:
            api.send("/items", title=title)
        before = api.everything()

    commit(service, "Lock the versions")
    update(service, database="postgresql")
    assert_no_conflict(service)
    commit(service, "Move to PostgreSQL")
    make(service, clean_environment, "format")  # any command brings the new driver
    url = postgresql()
    moved = {"DATABASE_URL": url}
    make(service, clean_environment | moved, "migrate")
    printed = command("app", "copy-database", "--from", "sqlite:///app.db", "--to", url)
    assert re.search(rf"^ +{len(TITLES)}  items$", printed, re.MULTILINE)

    with running(["make", "dev"], service, environment | moved) as server:
        server.wait_for("startup complete", 120)
        # Still logged in: keys and sessions have moved, too.
        assert api.everything() == before
        api.log_in()
        api.send("/items", title="Another one")
