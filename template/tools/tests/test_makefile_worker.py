"""`make worker` where tasks have processes of their own."""

from pathlib import Path

from tools.tests.playing_uv import make


def test_starts_a_worker(folder: Path) -> None:
    done = make(folder, "--silent", "worker")

    assert done.returncode == 0
    assert "[run][app][worker]" in done.stdout
