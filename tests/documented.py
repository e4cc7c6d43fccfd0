"""What the documents of a service show to its clients, and what has to run for that on this machine."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.combinations import Answers
from tests.processes import free_port, running

BLOCK = re.compile(r"^```(console|python|html)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(document: Path, *languages: str) -> list[tuple[str, str]]:
    """Language and text of the blocks that speak to the service on this machine."""
    found = BLOCK.findall(document.read_text(encoding="utf-8"))
    return [(language, text) for language, text in found if language in languages and "http://localhost:8000" in text]


@dataclass(frozen=True)
class Served:
    """A service as `make dev` serves it, with the provider for development where it believes one."""

    port: int
    provider: int
    token: str

    def local(self, text: str) -> str:
        """Put the ports of this test into a text."""
        return text.replace("//localhost:8000", f"//localhost:{self.port}").replace(
            "//localhost:9000", f"//localhost:{self.provider}"
        )


@contextmanager
def served(folder: Path, environment: dict[str, str], answers: Answers, **settings: str) -> Iterator[Served]:
    """Start what the documents say has to run."""
    port, provider, token = free_port(), free_port(), ""
    settings |= {"PORT": str(port), "PUBLIC_URL": f"http://localhost:{port}"}
    with ExitStack() as stack:
        if answers["auth"] == "oidc":
            settings |= {"OIDC_ISSUER": f"http://localhost:{provider}"}
            command = ["uv", "run", "python", "-m", "tests.provider", str(provider)]
            printing = stack.enter_context(running(command, folder, environment))
            printing.wait_for("An access token of ada", 120)
            printing.wait_for("eyJ", 5)
            token = printing.output.split()[-1]
        server = stack.enter_context(running(["make", "dev"], folder, environment | settings))
        server.wait_for("startup complete", 120)
        yield Served(port, provider, token)
