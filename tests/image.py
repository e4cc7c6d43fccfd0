"""Builds and runs images without a container engine and without a registry: buildah in a folder of its own, as root."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

#: What the Dockerfile begins with, made here of Debian's own Python.
BASE, DISTRIBUTION = "docker.io/library/python:3.13-slim-bookworm", "bookworm"
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"


class Images:
    """A store of images."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = folder / "storage.conf"
        places = f'graphroot = "{folder}/store"\nrunroot = "{folder}/run"\n'
        settings.write_text(f'[storage]\ndriver = "vfs"\n{places}', encoding="utf-8")
        #: With which every `buildah` uses this store.
        self.environment = os.environ | {"CONTAINERS_STORAGE_CONF": str(settings), "BUILDAH_ISOLATION": "chroot"}

    def buildah(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run one command of buildah; its output."""
        done = subprocess.run(
            ["buildah", *arguments], cwd=cwd, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"buildah {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout.strip()

    def start(self, container: str, *command: str, **variables: str) -> "subprocess.Popen[str]":
        """Start a command in a container, as the image's user."""
        options = [option for name, value in variables.items() for option in ("--env", f"{name}={value}")]
        return subprocess.Popen(
            ["buildah", "run", *options, container, "--", *command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, container: str, *command: str, **variables: str) -> str:
        """Run a command in a container to its end; its output."""
        with self.start(container, *command, **variables) as process:
            output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
        return output

    @staticmethod
    def terminate(process: "subprocess.Popen[str]") -> None:
        """Send SIGTERM to what runs in the container; buildah itself would not pass it on."""
        pid = process.pid
        while children := [child for task in Path(f"/proc/{pid}/task").iterdir() for child in started_by(task)]:
            pid = children[0]
        os.kill(pid, signal.SIGTERM)

    def make_base(self) -> None:
        """Make what stands for Python's image."""
        root = self.folder / "base"
        packages = "--include=ca-certificates,python3,python3-pip,python3-venv"
        command = [
            "debootstrap",
            "--variant=minbase",
            packages,
            DISTRIBUTION,
            str(root),
            "http://deb.debian.org/debian",
        ]
        subprocess.run(command, check=True, capture_output=True)
        (root / "usr" / "local" / "bin" / "python").symlink_to("/usr/bin/python3")
        for marker in root.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
            marker.unlink()
        # Of this machine, which may reach the package index through a proxy of its own.
        shutil.copy(f"/{CERTIFICATES}", root / CERTIFICATES)
        container = self.buildah("from", "scratch")
        self.buildah("add", container, str(root), "/")
        self.buildah("config", "--env", f"SSL_CERT_FILE=/{CERTIFICATES}", container)
        self.buildah("commit", container, BASE)
        shutil.rmtree(root)


def started_by(task: Path) -> list[int]:
    """Return the processes that a thread has started."""
    return [int(pid) for pid in (task / "children").read_text().split()]
