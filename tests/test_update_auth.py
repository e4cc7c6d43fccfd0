"""A service in which nobody logged in gets accounts by an update: what was there stays, and what comes is added."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import copier
import pytest

from tests.living import assert_no_conflict, commit, tree
from tests.team import make_update
from tools.ownership import load, owner_of

LISTS, _ = load()
ITEM = "INSERT INTO items VALUES (?, '2026-01-01', '2026-01-01', ?, 'Bicycle', NULL)"
EVERYBODY = "0" * 32


@pytest.mark.parametrize("auth", ["jwt", "session"])
def test_accounts_are_added_to_what_is_there(
    released: Path, tmp_path: Path, clean_environment: dict[str, str], auth: str
) -> None:
    service = tmp_path / "service"
    copier.run_copy(str(released), service, data={"auth": "none"}, defaults=True, quiet=True, unsafe=False)
    commit(service, "Begin")
    environment = clean_environment | {"ENVIRONMENT": "development", "DATABASE_URL": f"sqlite:///{service}/kept.db"}

    def run(*command: str) -> str:
        return subprocess.run(
            ["uv", "run", "--quiet", *command], cwd=service, env=environment, check=True, capture_output=True, text=True
        ).stdout

    run("app", "migrate")
    with closing(sqlite3.connect(service / "kept.db")) as database, database:
        database.execute(ITEM, ("1" * 32, EVERYBODY))
    commit(service, "Lock")
    before = tree(service)

    done = make_update(service, clean_environment, f"--data auth={auth}")
    assert done.returncode == 0, done.stderr
    assert "0001_users.py follows 0004_job_receipts; `make migrate` applies it." in done.stdout
    assert_no_conflict(service)
    after = tree(service)
    yours = {path for path in before if owner_of(path, LISTS) in {"yours", "added"}}
    assert {path for path in yours if after.get(path) != before[path]} == set()

    run("app", "secrets", "init")
    assert run("app", "migrate").splitlines()[0] == "0001_users: Add users."
    with closing(sqlite3.connect(service / "kept.db")) as database:
        assert database.execute("SELECT title, owner_id FROM items").fetchall() == [("Bicycle", EVERYBODY)]
        assert database.execute("SELECT count(*) FROM users").fetchone() == (0,)
    run("python", "-m", "tools.check_migrations")
    run("pytest", "-q", "tests/users", "tests/auth", "tests/security/test_rule_06_deny_by_default.py")
