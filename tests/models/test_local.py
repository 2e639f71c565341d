import asyncio
import gc
import shutil
import threading

import pytest

from dulcet.errors import InputError
from dulcet.models.base import Completion, Sampling
from dulcet.models.house_model import FOLDERS, house_path
from dulcet.models.local import LocalModel
from dulcet.models.open import ModelSpec, open_model
from tests.tiny import make_tiny_llama

SAMPLING = Sampling(temperature=1.0, max_tokens=24)
QUESTIONS = ["Hi.", "Please write a function.", "for item in items: " * 9, "Who may join? " * 4, "0 1 2 3" * 30]


@pytest.fixture
async def model(tiny):
    model = LocalModel(tiny, device="cpu", slots=32)
    yield model
    await model.close()


def said(text):
    return [{"role": "user", "content": text}]


async def ask(model, index, n=1, sampling=SAMPLING):
    answers = await model.sample(said(QUESTIONS[index]), sampling, seed=100 + index, n=n)
    return [answer.text for answer in answers]


@pytest.mark.parametrize("threads", [1, 2])
async def test_a_text_depends_on_its_own_request_alone(model, threads):
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    counts = [1, 5, 2, 16, 3]
    try:
        alone = [await ask(model, index, n) for index, n in enumerate(counts)]
        together = await asyncio.gather(*(ask(model, index, n) for index, n in enumerate(counts)))
        backwards = await asyncio.gather(*(ask(model, index, counts[index]) for index in reversed(range(5))))
    finally:
        torch.set_num_threads(before)
    assert alone == list(together) == list(reversed(backwards))
    assert len(set(alone[3])) == 16


async def test_wider_models_and_many_rows_are_no_different(tmp_path):
    folder = make_tiny_llama(tmp_path, hidden=128, layers=3, vocab=700, window=1024, spread=0.1)
    model = LocalModel(folder, device="cpu", slots=64)

    async def one(seed):
        sampling = Sampling(temperature=0.8, top_p=0.95 if seed % 2 else 1.0, max_tokens=10 + seed % 17)
        messages = said("Should the answer be a string? " * (1 + seed % 13))
        return await model.sample(messages, sampling, seed=seed, n=1 + 3 * (seed % 3))

    try:
        together = await asyncio.gather(*(one(seed) for seed in range(40)))
        alone = [await one(seed) for seed in (0, 7, 12, 26, 39)]
    finally:
        await model.close()
    assert alone == [together[seed] for seed in (0, 7, 12, 26, 39)]


async def test_greedy_is_what_transformers_generates(tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = make_tiny_llama(tmp_path, window=2048, spread=0.3)
    tokenizer, reference = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)
    model = LocalModel(folder, device="cpu", slots=16)
    greedy = Sampling(temperature=0, max_tokens=20)
    questions = [*QUESTIONS, "Who may join? " * 100]  # the last is read in several pieces
    try:
        answers = await asyncio.gather(*(model.sample(said(q), greedy, seed=0) for q in questions))
    finally:
        await model.close()
    for question, [answer] in zip(questions, answers, strict=True):
        ids = tokenizer.apply_chat_template(said(question), add_generation_prompt=True, return_tensors="pt")
        written = reference.generate(**ids, max_new_tokens=20, do_sample=False)[0, ids["input_ids"].shape[1] :]
        assert answer.text == tokenizer.decode(written, skip_special_tokens=True)
        assert (answer.prompt_tokens, answer.tokens) == (ids["input_ids"].shape[1], len(written))
    assert len({answer.text for [answer] in answers}) == len(questions)


async def test_the_distribution_is_the_models_own(model, tiny):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, reference = AutoTokenizer.from_pretrained(tiny), AutoModelForCausalLM.from_pretrained(tiny)
    ids = tokenizer.apply_chat_template(said("Hi."), add_generation_prompt=True, return_tensors="pt")
    with torch.no_grad():
        expected = (reference(**ids).logits[0, -1] / 0.2).softmax(-1)
    answers = await model.sample(said("Hi."), Sampling(temperature=0.2, max_tokens=1), seed=5, n=2000)
    best = tokenizer.decode([int(expected.argmax())])
    share = sum(answer.text == best for answer in answers) / 2000
    assert abs(share - float(expected.max())) < 0.03


async def test_the_end_of_turn_ends_a_text_and_is_counted(tmp_path):
    import torch
    from safetensors.torch import load_file, save_file

    folder = make_tiny_llama(tmp_path)
    weights = load_file(folder / "model.safetensors")
    weights["model.embed_tokens.weight"][2] = (
        0  # its logit becomes 0, those of all others are near it: ends now and then
    )
    weights["model.embed_tokens.weight"][3:] = torch.randn(317, 32) * 0.02
    weights["model.norm.weight"] *= 0
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    model = LocalModel(folder, device="cpu", slots=64)
    try:
        answers = await model.sample(said("Hi."), Sampling(max_tokens=400), seed=3, n=64)
    finally:
        await model.close()
    ended = [answer for answer in answers if answer.finish == "stop"]
    assert ended and all("<|im_end|>" not in answer.text and 1 <= answer.tokens <= 400 for answer in ended)
    assert all(answer.tokens == 400 for answer in answers if answer.finish == "length")


async def test_a_full_window(model):
    long = said("word " * 400)
    [answer] = await model.sample(long, SAMPLING, seed=1)
    assert answer == Completion("", 0, answer.prompt_tokens, "overflow") and answer.prompt_tokens > 512
    [answer] = await model.sample(said("Hi."), Sampling(max_tokens=10_000), seed=1)
    assert answer.finish in ("length", "stop") and answer.tokens + answer.prompt_tokens <= 512


async def test_more_continuations_than_slots(model):
    answers = await model.sample(said("Hi."), Sampling(max_tokens=3), seed=1, n=100)
    few = await model.sample(said("Hi."), Sampling(max_tokens=3), seed=1, n=2)
    assert len(answers) == 100 and answers[:2] == few


async def test_a_failing_step_reaches_all_that_wait_and_the_next_request_works(model, monkeypatch):
    forward = model._engine.model.forward
    calls = []

    def fails_once(*arguments, **options):
        calls.append(1)
        if len(calls) == 6:
            raise RuntimeError("the power went")
        return forward(*arguments, **options)

    monkeypatch.setattr(model._engine.model, "forward", fails_once)
    results = await asyncio.gather(*(ask(model, index) for index in range(5)), return_exceptions=True)
    assert all(isinstance(result, RuntimeError) and "the power went" in str(result) for result in results)
    assert await ask(model, 0)


async def test_a_text_that_cannot_be_decoded_fails_alone(model, monkeypatch):
    def fails(*arguments, **options):
        raise UnicodeError("no such letter")

    with monkeypatch.context() as patch:
        patch.setattr(model._tokenizer, "decode", fails)
        with pytest.raises(UnicodeError, match="no such letter"):
            await asyncio.wait_for(ask(model, 0), 30)
    assert await asyncio.wait_for(ask(model, 0), 30)


async def test_marks_of_the_template_are_not_text(model):
    from dulcet.models.engine import Job

    job = Job([5], [1], 1.0, 1.0, 9, texts={0: ([1, 77, 78, 0, 2], "stop")})
    completion = model._completion(job, 0)
    assert completion.text == model._tokenizer.decode([77, 78]) and completion.tokens == 5


async def test_whoever_is_cancelled_leaves_the_engine(model):
    waiting = asyncio.create_task(model.sample(said("Hi."), Sampling(max_tokens=450), seed=1, n=32))
    await asyncio.sleep(0.1)
    waiting.cancel()
    assert await asyncio.wait_for(ask(model, 1), 60)
    assert not model._engine.owners


async def test_close_ends_the_thread_and_those_who_wait(tiny):
    model = LocalModel(tiny, device="cpu", slots=16)
    waiting = asyncio.create_task(model.sample(said("Hi."), Sampling(max_tokens=400), seed=1, n=64))
    await asyncio.sleep(0.05)
    await model.close()
    with pytest.raises(RuntimeError, match="closed while"):
        await waiting
    with pytest.raises(RuntimeError, match="is closed"):
        await ask(model, 0)
    await model.close()
    gc.collect()
    assert not [thread for thread in threading.enumerate() if thread is model._thread]


async def test_two_event_loops_share_a_model(model):
    here = await ask(model, 1)
    there = await asyncio.to_thread(lambda: asyncio.run(ask(model, 1)))
    assert here == there


async def test_identity_has_the_weights_and_no_path(model, tiny, tmp_path):
    assert model.identity.keys() == {"kind", "name", "weights", "dtype"}
    assert model.identity["name"] == "tiny" and model.identity["dtype"] == "float32"
    assert str(tiny.parent) not in str(model.identity)


async def test_open_model(tiny):
    model = open_model(ModelSpec(model=str(tiny), slots=16, device="cpu"))
    assert isinstance(model, LocalModel) and await ask(model, 0)
    await model.close()
    with pytest.raises(InputError, match="does not exist"):
        open_model(ModelSpec(model="./nowhere"))
    with pytest.raises(ValueError, match="slotz"):
        ModelSpec(slotz=3)


def test_a_model_with_another_memory_is_refused(tiny, tmp_path):
    import transformers

    folder = shutil.copytree(tiny, tmp_path / "recurrent")
    size = {"vocab_size": 320, "hidden_size": 32, "num_hidden_layers": 2, "state_size": 4}
    transformers.MambaForCausalLM(transformers.MambaConfig(**size)).save_pretrained(folder)
    with pytest.raises(InputError, match="cannot be run here"):
        LocalModel(folder, device="cpu")


async def test_a_sliding_window_limits_the_conversation(tiny, tmp_path, caplog):
    import transformers

    folder = shutil.copytree(tiny, tmp_path / "sliding")
    size = {
        "vocab_size": 320,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
    }
    size |= {"num_attention_heads": 4, "num_key_value_heads": 2}
    config = transformers.MistralConfig(**size, sliding_window=64, max_position_embeddings=256)
    transformers.MistralForCausalLM(config).save_pretrained(folder)
    model = LocalModel(folder, device="cpu", slots=16)
    [answer] = await model.sample(said("Hi."), Sampling(max_tokens=500), seed=1)
    await model.close()
    assert model.window == 64 and answer.tokens + answer.prompt_tokens <= 64 and "64 tokens" in caplog.text


def test_the_house_model_is_there_and_one_that_is_not_says_how_to_build_it(monkeypatch):
    assert (house_path() / "tokenizer.json").is_file()
    monkeypatch.setitem(FOLDERS, "backend", "nowhere")
    with pytest.raises(InputError, match="dulcet house build"):
        house_path()


async def test_prompts_that_are_read_in_several_pieces(tmp_path):
    folder = make_tiny_llama(tmp_path, hidden=128, window=2048, spread=0.1)
    model = LocalModel(folder, device="cpu", slots=48)
    prompts = [said("Who may join? " * times) for times in (70, 90, 1, 110, 20)]
    try:
        together = await asyncio.gather(*(model.sample(p, SAMPLING, seed=1, n=4) for p in prompts))
        alone = [await model.sample(p, SAMPLING, seed=1, n=4) for p in prompts]
    finally:
        await model.close()
    assert alone == list(together) and alone[3][0].prompt_tokens > 1024
