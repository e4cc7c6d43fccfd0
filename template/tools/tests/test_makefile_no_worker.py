"""`make worker` where tasks run in the process of the server."""

from pathlib import Path

from tools.tests.playing_uv import make


def test_without_a_worker_it_says_so(folder: Path) -> None:
    done = make(folder, "--silent", "worker")

    assert done.returncode != 0
    assert "no worker to start" in done.stderr
