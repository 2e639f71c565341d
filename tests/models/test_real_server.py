"""The endpoint client against a real OpenAI-compatible server: `transformers serve`."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from dulcet.errors import EndpointError
from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.events import user_message
from dulcet.memory.opening import open_store
from dulcet.models.base import Sampling
from dulcet.models.endpoint import EndpointModel

serving = all(importlib.util.find_spec(name) for name in ("fastapi", "uvicorn"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not serving, reason="transformers' server is not installed: pip install 'transformers[serving]'"
    ),
]
SECONDS_TO_START = 400  # it imports a great deal, and the machine may be busy


@pytest.fixture(scope="module")
def server(tiny, tmp_path_factory):
    home = tmp_path_factory.mktemp("hub")
    (home / "hub").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "from transformers.cli.transformers import main; main()"
    command = [sys.executable, "-c", program, "serve", str(tiny), "--port", str(port), "--device", "cpu"]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(home), "OMP_WAIT_POLICY": "PASSIVE"}
    log = home / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        wait_until_up(process, port, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


def wait_until_up(process, port, log):
    for _ in range(SECONDS_TO_START * 2):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, log.read_text(errors="replace")
            time.sleep(0.5)
    raise AssertionError(log.read_text(errors="replace"))


async def test_a_conversation_with_a_real_server(server, tiny):
    model = EndpointModel(str(tiny), server, concurrency=2, timeout=120)
    messages = [{"role": "user", "content": "Hi."}]
    try:
        answers = await model.sample(messages, Sampling(temperature=1.0, max_tokens=8), seed=1, n=3)
    finally:
        await model.close()
    assert len(answers) == 3
    assert all(answer.finish in ("stop", "length") and 1 <= answer.tokens <= 8 for answer in answers)
    assert all(answer.prompt_tokens > 5 for answer in answers)


async def test_a_model_that_a_real_server_does_not_have(server):
    model = EndpointModel("no/such-model", server, retries=0, timeout=120)
    try:
        with pytest.raises(EndpointError):
            await model.sample([{"role": "user", "content": "Hi."}], Sampling(max_tokens=4), seed=1)
    finally:
        await model.close()


async def test_an_agent_with_a_memory_never_sends_a_prompt_that_is_too_long(server, tiny, tmp_path):
    """The tokenizer that the server uses counts its prompts, to the last token."""
    store, segments = open_store(tmp_path / "memory.db", None), []
    model = EndpointModel(str(tiny), server, timeout=120)
    spec = ContextSpec(tokenizer=str(tiny), window=2500, tool_calls="json", summary="extractive", chain_limit=2)
    try:
        control = Control(model, store.memory(), spec, sampling=Sampling(max_tokens=16), trace=segments.append)
        for number in range(5):
            await control.handle(user_message('Tell me about the "tea". ' * 30), seed=number)
    finally:
        await model.close()
        store.close()
    assert len(segments) >= 5 and control.context.state.hidden
    assert all(one.counted == one.prompt_tokens <= one.budget == 2500 - 16 for one in segments)
