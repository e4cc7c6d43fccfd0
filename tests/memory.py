"""Temporary files in memory, where there is room: rendered services, their environments, their repositories.

On a disk, an update of a service took three times the processor time, nearly all of it Git's.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of ours in it
#: Twice what a run of everything keeps at a time.
ROOM_BYTES = 8 * 2**30


def fits() -> bool:
    """Tell whether there is such a place, whether programs may run there, and whether it has room."""
    if not MEMORY.is_dir():
        return False
    return not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC and shutil.disk_usage(MEMORY).free > ROOM_BYTES


def pytest_configure() -> None:
    """Let this process and its children keep them there, unless whoever starts it has chosen a place."""
    if "TMPDIR" not in os.environ and fits():
        folder = MEMORY / f"copier-fastapi-{os.getuid()}"
        folder.mkdir(exist_ok=True)
        # As open as the system's own: servers that the tests start run as somebody else.
        folder.chmod(0o1777)
        os.environ["TMPDIR"] = str(folder)
        tempfile.tempdir = None
