"""What tests of faults have to know about PostgreSQL."""

import signal
import sys
from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal

from tests.faults.engine import Engine
from tests.faults.own_server import OwnServer, find, own_folder, run, serving
from tests.operations.service import free_port

PROGRAMS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
#: After a crash it makes sure that everything is on the disk: with one call, or file by file for some seconds.
SYNC = ["-c", "recovery_init_sync_method=syncfs"] if sys.platform == "linux" else []


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the statements that differ between engines."""
    return Engine(
        port=5432,
        sleep="SELECT pg_sleep({})",
        waiting="SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        kill="SELECT pg_terminate_backend({})",
        limits_idle_transactions="SELECT 1",
        exchanges=1,
    )


@pytest.fixture(scope="session")
def own_server(administrator: BlockingPortal) -> Iterator[OwnServer]:
    """Return a server of this worker's own, which keeps what it has acknowledged (fsync is on)."""
    initdb, postgres = find("initdb", *PROGRAMS), find("postgres", *PROGRAMS)
    with own_folder("postgres") as (folder, account):
        data, port = folder / "data", free_port()
        make = [initdb, "--pgdata", str(data), "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        assert run([*make, "--locale=C.UTF-8"], folder, account).wait() == 0, (folder / "log").read_text()
        server = OwnServer(
            [postgres, "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1", *SYNC],
            folder,
            account,
            address=f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres",
            url=f"postgresql+asyncpg://postgres@127.0.0.1:{port}/faults_test",
            # SIGTERM would wait until the last client has left.
            leave=signal.SIGINT,
        )
        with serving(administrator, server):
            yield server
