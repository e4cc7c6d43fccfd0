"""Clients behind a load balancer."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from tests.operations.service import LIVE, connect


@dataclass
class Load:
    """Clients behind a load balancer, and what they saw."""

    statuses: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    moved_away: bool = False

    async def run(self, port: int, *, keep_alive: bool) -> None:
        """Ask again and again, on one connection or on a fresh one each time, until the balancer moves away.

        With short pauses: the machine is for the tests beside this one, too.
        """
        while not self.moved_away:
            try:
                async with connect(port) as connection:
                    answer = await connection.ask(LIVE)
                    self.statuses[answer.status] += 1
                    while keep_alive and not answer.closes and not self.moved_away:
                        await asyncio.sleep(0.005)
                        answer = await connection.ask(LIVE)
                        self.statuses[answer.status] += 1
            except (OSError, asyncio.IncompleteReadError) as error:
                self.lost.append(repr(error))
            await asyncio.sleep(0.005)
