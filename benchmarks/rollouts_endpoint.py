"""A stub of an OpenAI-compatible server, for `rollouts.py`: it plays agent and person, and takes its time.

Every latency and every word follows from the request, so that whoever asks the same waits as long. Latencies are
lognormal. At most `slots` requests are served at a time, the others queue. The agent answers in a turn that follows
from the task. GET /used says what was asked since the last GET: requests, and the seconds that they took to serve.

Usage: python benchmarks/rollouts_endpoint.py SLOTS MEDIAN_SECONDS SIGMA MEAN_TURNS MOST_TURNS; prints its port.
"""

import asyncio
import json
import sys
from random import Random
from typing import Any

QUESTION = "OUTPUT:\nWhat is the threshold, and does it count as above or below?"
ANSWER = "OUTPUT:\nI WANT TO ANSWER:\ndef f(x):\n    return x > 10"
REPLY = "The threshold is ten, and ten itself does not count."


class Endpoint:
    """The server; see the module."""

    def __init__(self, slots: int, median: float, sigma: float, mean_turns: float, most_turns: int) -> None:
        self.median, self.sigma, self.mean_turns, self.most_turns = median, sigma, mean_turns, most_turns
        self.slots = asyncio.Semaphore(slots)
        self.requests, self.seconds = 0, 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept open for any number of requests."""
        while head := await self._head(reader):
            length = next((int(line.split(b":")[1]) for line in head if line.lower().startswith(b"content-length")), 0)
            body = await reader.readexactly(length)
            content = json.dumps(self._used() if head[0].startswith(b"GET") else await self._complete(body)).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
            )
            writer.write(content)
            await writer.drain()
        writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> list[bytes]:
        """The lines before the body; none where the client has hung up."""
        try:
            return (await reader.readuntil(b"\r\n\r\n")).splitlines()
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return []

    async def _complete(self, body: bytes) -> dict[str, Any]:
        async with self.slots:
            seconds = self.median * Random(body).lognormvariate(0, self.sigma)
            self.requests, self.seconds = self.requests + 1, self.seconds + seconds
            await asyncio.sleep(seconds)
        request = json.loads(body)
        text = REPLY if request["model"] == "person" else self._agent(request["messages"])
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        named = {"id": "1", "object": "chat.completion", "created": 0, "model": request["model"]}
        return {**named, "choices": [choice], "usage": usage}

    def _agent(self, messages: list[dict[str, str]]) -> str:
        """A question, until it is time to answer."""
        task = next(message["content"] for message in messages if message["role"] == "user")
        turns = min(self.most_turns, 1 + round(Random(task).expovariate(1 / (self.mean_turns - 1))))
        said = sum(message["role"] == "assistant" for message in messages)
        return ANSWER if said + 1 >= turns else QUESTION

    def _used(self) -> dict[str, float]:
        used = {"requests": self.requests, "seconds": self.seconds}
        self.requests, self.seconds = 0, 0.0
        return used


async def main() -> None:
    """Serve until the process is ended."""
    slots, median, sigma, mean_turns, most_turns = (float(word) for word in sys.argv[1:])
    endpoint = Endpoint(int(slots), median, sigma, mean_turns, int(most_turns))
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0, limit=1 << 20, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
