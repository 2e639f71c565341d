import asyncio

import pytest

from dulcet.models.base import Sampling
from dulcet.models.local import LocalModel

SAMPLING = Sampling(temperature=1.0, max_tokens=24)
QUESTIONS = ["Hi.", "Please write a function.", "for item in items: " * 9, "Who may join? " * 4, "0 1 2 3" * 30]


@pytest.fixture(scope="module")
async def model(tiny):
    model = LocalModel(tiny, device="cpu", slots=32)
    yield model
    await model.close()


def said(text):
    return [{"role": "user", "content": text}]


async def ask(model, index, n=1, sampling=SAMPLING):
    answers = await model.sample(said(QUESTIONS[index]), sampling, seed=100 + index, n=n)
    return [answer.text for answer in answers]


async def test_a_text_depends_on_its_own_request_alone(tiny):
    model = LocalModel(tiny, device="cpu", slots=32)
    try:
        counts = [1, 5, 2, 16, 3]
        alone = [await ask(model, index, n) for index, n in enumerate(counts)]
        together = await asyncio.gather(*(ask(model, index, n) for index, n in enumerate(counts)))
        backwards = await asyncio.gather(*(ask(model, index, counts[index]) for index in reversed(range(5))))
    finally:
        await model.close()
    assert alone == list(together) == list(reversed(backwards))
    assert len(set(alone[3])) == 16
