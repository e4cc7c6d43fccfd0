"""An image registry on loopback, with a certificate of its own, that asks for a password."""

import base64
import json
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.processes import free_port

USER, PASSWORD = "gitlab-ci-token", "the registry's password"
CONFIG = {
    "version": "0.1",
    "log": {"level": "error"},
    "storage": {"filesystem": {"rootdirectory": "{folder}/layers"}},
    "http": {"addr": "{address}", "tls": {"certificate": "{folder}/certificate.pem", "key": "{folder}/key.pem"}},
    "auth": {"htpasswd": {"realm": "registry", "path": "{folder}/htpasswd"}},
}


class Registry:
    """A registry that runs."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address

    def environment(self) -> dict[str, str]:
        """Return the variables with which buildah trusts it, and keeps its log-ins here."""
        log_ins = self.folder / "auth.json"
        log_ins.write_text("{}", encoding="utf-8")
        return {"SSL_CERT_FILE": str(self.folder / "certificate.pem"), "REGISTRY_AUTH_FILE": str(log_ins)}

    def get(self, path: str, accept: str = "*/*") -> Any:
        """Return a document of the registry's API."""
        credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", "Accept": accept}
        request = urllib.request.Request(f"https://{self.address}/v2/{path}", headers=headers)
        trusted = ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))
        with urllib.request.urlopen(request, timeout=10, context=trusted) as answer:
            return json.load(answer)

    def labels(self, name: str, tag: str) -> dict[str, str]:
        """Return what an image says of itself."""
        manifest = self.get(f"{name}/manifests/{tag}", "application/vnd.docker.distribution.manifest.v2+json")
        found: dict[str, str] = self.get(f"{name}/blobs/{manifest['config']['digest']}")["config"]["Labels"]
        return found


@contextmanager
def registry(folder: Path) -> Iterator[Registry]:
    """Run a registry whose files are in `folder`."""
    running = Registry(folder, f"127.0.0.1:{free_port()}")
    text = json.dumps(CONFIG).replace("{folder}", str(folder)).replace("{address}", running.address)
    (folder / "config.yml").write_text(text, encoding="utf-8")
    certificate = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=registry -addext subjectAltName=IP:127.0.0.1"
    )
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*certificate.split(), *files], check=True, capture_output=True)
    hashed = subprocess.run(["htpasswd", "-Bbn", USER, PASSWORD], check=True, capture_output=True).stdout
    (folder / "htpasswd").write_bytes(hashed)
    command = ["docker-registry", "serve", str(folder / "config.yml")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(running)
            yield running
        finally:
            process.terminate()


def wait_for(running: Registry) -> None:
    for _ in range(100):
        try:
            running.get("")
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The registry does not answer")
