"""Stands in for a server in a container: a port of this machine behind which another server answers, after a while.

Run as `python forwarder.py PORT TARGET SECONDS`; until the seconds are over every connection is closed at once, as an
engine of containers does while the server inside is starting.
"""

import asyncio
import sys
import time
from contextlib import suppress

CHUNK = 65536


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


async def main(port: int, target: int, seconds: float) -> None:
    begin = time.monotonic() + seconds

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if time.monotonic() < begin:
            writer.close()
            return
        back, forth = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(pump(reader, forth), pump(back, writer))

    async with await asyncio.start_server(forward, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
