"""What tests of faults have to know about MySQL and MariaDB; the server that they kill is MariaDB's."""

import signal
from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal

from tests.faults.engine import Engine
from tests.faults.own_server import OwnServer, find, own_folder, run, serving
from tests.operations.service import free_port

PROGRAMS = ("/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/mysql/scripts")


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the statements that differ between engines."""
    return Engine(
        port=3306,
        sleep="SELECT SLEEP({})",
        waiting="SELECT trx_mysql_thread_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
        kill="KILL {}",
        limits_idle_transactions="SELECT VERSION() LIKE '%MariaDB%'",
        # The second one ends the transaction that reading has begun.
        exchanges=2,
    )


@pytest.fixture(scope="session")
def own_server(administrator: BlockingPortal) -> Iterator[OwnServer]:
    """Return a server of this worker's own, which keeps what it has acknowledged (it writes through at each commit)."""
    install, mariadbd = find("mariadb-install-db", *PROGRAMS), find("mariadbd", *PROGRAMS)
    with own_folder("mysql") as (folder, account):
        data, port = folder / "data", free_port()
        # Small files: making them takes longer than all that is written here.
        files = ["--no-defaults", f"--datadir={data}", "--innodb-log-file-size=8M"]
        make = [install, *files, "--auth-root-authentication-method=normal", "--skip-test-db"]
        assert run(make, folder, account).wait() == 0, (folder / "log").read_text()
        address = f"mysql+asyncmy://root@127.0.0.1:{port}"
        server = OwnServer(
            [mariadbd, *files, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/socket"],
            folder,
            account,
            address=f"{address}/mysql",
            url=f"{address}/faults_test",
            leave=signal.SIGTERM,
        )
        with serving(administrator, server):
            yield server
