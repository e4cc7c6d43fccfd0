"""The reloader of development."""

import subprocess
import sys

#: While a signal is handled, another one comes at every line.
STORM = """
import signal, sys
from app.cli.reloading import reloader
from app.cli.server_config import ServerConfig
from app.core.settings import Settings

def interrupt(*_):
    signal.raise_signal(signal.SIGTERM)
    return interrupt

supervisor = reloader(ServerConfig(Settings(environment="test"), reload=True), print, [])
signal.signal(signal.SIGTERM, supervisor.signal_handler)
print(supervisor.should_exit.wait(0.01))
sys.settrace(interrupt)
signal.raise_signal(signal.SIGTERM)
sys.settrace(None)
print(supervisor.should_exit.wait(0.01), supervisor.should_exit.is_set())
"""


def test_signals_in_the_middle_of_signals_do_not_lock_it() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", STORM], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\nTrue True\n", "")
