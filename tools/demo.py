"""`make demo`: renders the default service, installs, migrates and serves it, and says what to open."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from types import FrameType

from tools.environment import ROOT, uv_environment
from tools.render import render

DEMO = ROOT / "build" / "demo"
# Far beyond the 60 s promised for a cold cache: a slow network is no error.
PATIENCE_SECONDS = 600
HIGHEST_PORT = 65535

WELCOME = """
The service answers, {seconds:.1f} s after `make demo`. Open

  http://localhost:{port}/docs           try it: POST /api/v1/users registers, then "Authorize"
  http://localhost:{port}/redoc          the same to read
  http://localhost:{port}/health/ready   what a load balancer asks
  build/demo/README.md                the code and where things live

Ctrl-C stops it. Your own service: make new DEST=../my-service
"""


def chosen_port(given: str) -> int:
    """Return the port to serve on; ends with one line when it is not a port or taken."""
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= HIGHEST_PORT):
        raise SystemExit(f"PORT must be a number from 1 to {HIGHEST_PORT}, not {given!r}.")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "needs more rights" if isinstance(error, PermissionError) else "is taken"
            raise SystemExit(f"Port {port} {reason}. Choose another, for example: make demo PORT=8765") from None
    return port


def answers(port: int) -> bool:
    """Tell whether the service on `port` is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as response:
            return bool(response.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False


def compiling(environment: dict[str, str]) -> dict[str, str]:
    """Keep compiled modules, outside the folder that each demo begins anew: five Pythons start and import the same."""
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(ROOT / ".tools" / "pycache")}


def serve(port: int, started: float, environment: dict[str, str]) -> int:
    """Run the service's own `make dev` until it ends; return its exit code, or 0 when a signal stopped it.

    It gets a process group of its own, so that a signal reaches server, reloader and make alike.
    """
    # For speed: without the tools for its tests, which `make test` in it fetches.
    variables = environment | {"PORT": str(port), "UV_NO_DEV": "1"}
    server = subprocess.Popen(["make", "--no-print-directory", "dev"], cwd=DEMO, env=variables, start_new_session=True)

    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()
        os.killpg(server.pid, signal.SIGTERM)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while server.poll() is None and time.monotonic() - started < PATIENCE_SECONDS:
        if answers(port):
            print(WELCOME.format(seconds=time.monotonic() - started, port=port), flush=True)
            break
        time.sleep(0.05)
    code = server.wait()
    return 0 if stopped.is_set() else code


if __name__ == "__main__":
    started = time.monotonic()
    port = chosen_port(os.environ.get("PORT", "8000").strip())
    environment = compiling(uv_environment())
    shutil.rmtree(DEMO, ignore_errors=True)
    render(DEMO, "--defaults", "--quiet", environment=environment)
    raise SystemExit(serve(port, started, environment))
