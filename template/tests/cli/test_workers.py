"""The processes that `WEB_CONCURRENCY` asks for."""

import time

from app.cli.draining import DrainingProcess
from app.cli.server_config import ServerConfig
from app.core.settings import Settings


def test_the_parent_does_not_wait_for_the_word_of_a_dead_worker(settings: Settings) -> None:
    worker = DrainingProcess(ServerConfig(settings, reload=False), [])
    worker.start()
    worker.process.kill()
    worker.process.join()
    began = time.monotonic()
    assert not worker.ping(timeout=5)
    assert time.monotonic() - began < 4
