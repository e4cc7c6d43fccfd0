"""Services whose database is a server, a machine with a container engine that is none, and what is on the servers."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.processes import free_port
from tests.services import MARIADB, POSTGRESQL, Service

# Notes what it is asked. Its `up` lets a port answer behind which is the server of this machine.
COMPOSE = """#!/bin/sh
echo "${0##*/} $*" >> "$FAKE_FOLDER/calls"
test -z "$FAKE_COMPLAINT" || { echo "$FAKE_COMPLAINT" >&2; exit 1; }
case "$*" in *"up --detach"*)
  test -z "$FAKE_FAILURE" || { echo "$FAKE_FAILURE" >&2; exit 1; }
  "$FAKE_PYTHON" "$FAKE_SERVER" "$DATABASE_PORT" "$FAKE_TARGET" 1 >/dev/null 2>&1 &
  echo $! >> "$FAKE_FOLDER/servers" ;;
esac
"""
# Runs in the environment of a service, which has the driver.
SQL = """
import asyncio, json, sys
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

async def run(url, statement):
    async with create_async_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        result = await connection.execute(text(statement))
        return [str(row[0]) for row in result] if result.returns_rows else []

print(json.dumps(asyncio.run(run(*sys.argv[1:]))))
"""


@dataclass(frozen=True)
class Engine:
    """A database server of this machine, as a service names it; `limited` makes an account that soon finds it full."""

    name: str
    driver: str
    account: str
    port: int
    maintenance: str
    names: str
    limited: str
    machine: Service

    def url(self, database: str, *, account: str = "", address: str = "") -> str:
        return f"{self.name}://{account or self.account}@{address or f'localhost:{self.port}'}/{database}"


POSTGRES = Engine(
    name="postgresql",
    driver="asyncpg",
    account="postgres",
    port=5432,
    maintenance="postgres",
    names="SELECT datname FROM pg_database",
    limited="CREATE USER {} CONNECTION LIMIT 0",
    machine=POSTGRESQL,
)
MYSQL = Engine(
    name="mysql",
    driver="asyncmy",
    account="root",
    port=3306,
    maintenance="mysql",
    names="SELECT schema_name FROM information_schema.schemata",
    limited="CREATE USER {} WITH MAX_CONNECTIONS_PER_HOUR 1",
    machine=MARIADB,
)


@dataclass(frozen=True)
class ServerService:
    """A rendered service with its environment; its name is its own, so the databases that carry it are, too."""

    engine: Engine
    folder: Path
    slug: str
    environment: dict[str, str]

    @property
    def database(self) -> str:
        return self.slug.replace("-", "_")

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment | settings, capture_output=True, text=True, check=False
        )

    def dev_database(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.run(str(self.folder / ".venv/bin/python"), "-m", "tools.dev_database", *arguments, **settings)

    def sql(self, statement: str) -> list[str]:
        """The first column of what the server answers to its administrator."""
        url = self.engine.url(self.engine.maintenance).replace("://", f"+{self.engine.driver}://")
        done = self.run(str(self.folder / ".venv/bin/python"), "-c", SQL, url, statement)
        assert done.returncode == 0, done.stderr
        answer: list[str] = json.loads(done.stdout)
        return answer

    def databases(self) -> list[str]:
        return sorted(name for name in self.sql(self.engine.names) if name.startswith(self.database))

    def drop_databases(self) -> None:
        for name in self.databases():
            self.sql(f"DROP DATABASE {name}")


@dataclass(frozen=True)
class Containers:
    """What a machine has on its PATH to start containers with, and what it was asked."""

    folder: Path
    target: int
    port: int

    def settings(self, path: str = "") -> dict[str, str]:
        """What a command sees of it; without `path` there is nothing else on this machine."""
        return {
            "PATH": f"{self.folder}:{path}",
            "FAKE_FOLDER": str(self.folder),
            "FAKE_PYTHON": sys.executable,
            "FAKE_SERVER": str(Path(__file__).with_name("forwarder.py")),
            "FAKE_TARGET": str(self.target),
        }

    def install(self, *programs: str) -> None:
        for name in programs:
            (self.folder / name).write_text(COMPOSE)
            (self.folder / name).chmod(0o755)

    def calls(self) -> list[str]:
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def stop(self) -> None:
        path = self.folder / "servers"
        for number in path.read_text().split() if path.exists() else []:
            with suppress(ProcessLookupError):
                os.kill(int(number), signal.SIGTERM)


def containers(folder: Path, engine: Engine) -> Containers:
    folder.mkdir()
    return Containers(folder, engine.port, free_port())
