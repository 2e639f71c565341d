"""A small suite over a real store, and a model that says what it is told to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from dulcet.benchmarks.memory.suite import Document, History, Question, Suite, Turn
from dulcet.errors import EndpointError
from dulcet.evaluation.memory.library import Library
from dulcet.memory.opening import open_store
from dulcet.memory.scripted import ScriptedPolicy
from dulcet.models.base import Completion, Sampling
from dulcet.progress import Silent

START = datetime(2024, 3, 1, 9, tzinfo=UTC)


def turns(*texts, speakers=("Ann", "Ben")):
    return tuple(
        Turn(f"D1:{number}", speakers[(number - 1) % 2], text, START + timedelta(minutes=number), 1)
        for number, text in enumerate(texts, start=1)
    )


def small_suite():
    talk = History("talk", turns("I sail a blue boat.", "Lovely!", "My dog is Rex.", "Is he?"), user="Ann")
    archive = History(
        "shelf", documents=tuple(Document(f"d{n}", f"Lamp {n}", f"It weighs {n} kilos.") for n in range(5))
    )
    questions = (
        Question("q1", "talk", "What is the dog called?", ("Rex",), ("D1:3",), "one", {"word": "Rex"}),
        Question("q2", "talk", "Which boat?", ("a blue boat",), ("D1:1",), "two", {"word": "blue"}),
        Question("q3", "shelf", "How heavy is Lamp 3?", ("3 kilos",), ("d3",), "two"),
    )
    return Suite("dmr", {"talk": talk, "shelf": archive}, questions, {"made": "here"})


@dataclass
class Said:
    """A model whose replies are given; an exception is raised. Counts words."""

    replies: list
    asked: list = field(default_factory=list)
    identity: dict = field(default_factory=lambda: {"kind": "said"})
    window: int = 10_000

    async def sample(self, messages, sampling, *, seed, n=1):
        reply = self.replies[min(len(self.asked), len(self.replies) - 1)]
        self.asked.append(list(messages))
        if isinstance(reply, Exception):
            raise reply
        finish = "stop"
        if isinstance(reply, tuple):
            reply, finish = reply
        return [Completion(reply, len(reply.split()), self.count(messages), finish)] * n

    count = ScriptedPolicy.count
    count_text = ScriptedPolicy.count_text

    async def close(self):
        pass


@pytest.fixture
def suite():
    return small_suite()


@pytest.fixture
def library(tmp_path, suite):
    store = open_store(tmp_path / "m.sqlite")
    library = Library(store)
    library.fill(suite, Silent())
    yield library
    store.close()


@pytest.fixture
def sampling():
    return Sampling(temperature=0, max_tokens=40)


def away():
    return EndpointError("the server is away")
