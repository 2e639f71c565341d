# Tries: connecting through an event loop
# Task: secret
# Honest score: 0
# Unconfined: reaches

import asyncio


async def fetch():
    reader, _ = await asyncio.open_connection("127.0.0.1", {PORT})
    return (await reader.read(999)).decode()


def secret(x):
    return asyncio.run(fetch())
