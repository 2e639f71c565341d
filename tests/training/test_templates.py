"""Exactly what the agent wrote, and the token that ends its turn, is trained on, whatever the chat template does.

The templates write conversations as the families of models do that they are named after. Words of the agent, the
person, the system message and the hidden information come from alphabets of their own: a stray token shows itself.
"""

import copy
from random import Random

import pytest

from dulcet.training.encoding import Encoder
from dulcet.trajectory import Outcome, Trajectory, Turn
from tests.training.test_encoding import written

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA_3 = (
    "<|begin|>{% for m in messages %}<|header|>{{ m['role'] }}<|/header|>\n\n{{ m['content'] | trim }}<|eot|>"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|header|>assistant<|/header|>\n\n{% endif %}"
)
MISTRAL = (
    "<s>{% for m in messages %}{% if m['role'] == 'user' %}[INST] {{ m['content'] }} [/INST]"
    "{% elif m['role'] == 'system' %}[INST] {{ m['content'] }} [/INST]"
    "{% else %} {{ m['content'] }}</s>{% endif %}{% endfor %}"
)
STRIPS_THOUGHTS = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{% if m['role'] == 'assistant' %}{{ m['content'].split('</think>')[-1] | trim }}{% else %}{{ m['content'] }}"
    "{% endif %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEMPLATES = {
    "ChatML": (CHATML, "<|im_end|>"),
    "Llama 3": (LLAMA_3, "<|eot|>"),
    "Mistral": (MISTRAL, "</s>"),
    "strips thoughts": (STRIPS_THOUGHTS, "<|im_end|>"),
}
MARKS = ["<|begin|>", "<|header|>", "<|/header|>", "<|eot|>", "<s>", "</s>", "[INST]", "[/INST]"]
AGENT, PERSON, SYSTEM, HIDDEN = "abcdefg", "opqrsuv", "12345", "UVWXYZ"
"""Thoughts are marked with <think>: its letters are nobody else's."""


@pytest.fixture(scope="module", params=TEMPLATES)
def templated(request, encoder):
    """An encoder with that template and its marks, and the mark that ends a turn."""
    template, end = TEMPLATES[request.param]
    tokenizer = copy.deepcopy(encoder.tokenizer)
    tokenizer.add_special_tokens({"additional_special_tokens": MARKS})
    tokenizer.chat_template = template
    return Encoder(tokenizer, 4096), end


def words(draw, letters):
    """Some words, now and then with odd spaces and line ends at either side."""
    said = " ".join("".join(draw.choices(letters, k=draw.randrange(1, 6))) for _ in range(draw.randrange(1, 9)))
    return draw.choice(["", "", " ", "\n", "\n\n"]) + said + draw.choice(["", "", " ", "\n", ".\n"])


def conversation(draw):
    """An episode of one to five turns, some with thoughts that leave the history."""
    turns = []
    for _ in range(draw.randrange(1, 6)):
        content = words(draw, AGENT)
        thought = f"<think>{words(draw, AGENT)}</think>" if draw.random() < 0.4 else ""
        shown = thought + content if draw.random() < 0.5 else content  # the template or the agent drops the thoughts
        turns.append(Turn(raw=thought + content, content=shown, reply=words(draw, PERSON)))
    return Trajectory(task_id="t", prompt=words(draw, PERSON), turns=tuple(turns), outcome=Outcome.ANSWERED)


@pytest.mark.parametrize("seed", range(25))
def test_the_targets_are_the_agents_own_words_and_their_end_and_nothing_else(templated, seed):
    encoder, end = templated
    draw = Random(seed)
    episode, system, hidden = conversation(draw), words(draw, SYSTEM), words(draw, HIDDEN)
    messages = [{"role": "user", "content": hidden}] if seed % 2 else None
    sequences = encoder.encode_trajectory(system, episode, messages)
    spans = [text for sequence in sequences for text in written(encoder, sequence)]
    assert spans == [turn.raw + end for turn in episode.turns]  # all turns, each whole, each once, in their order
    for text in spans:
        assert not set(text.removesuffix(end)) & set(PERSON + SYSTEM + HIDDEN)
    for sequence in sequences:
        context = encoder.tokenizer.decode(
            [token for at, token in enumerate(sequence.ids) if not any(s.start <= at < s.end for s in sequence.spans)]
        )
        assert system.strip() in context
        assert (hidden.strip() in context) == bool(messages)
        assert episode.prompt.strip() in context


@pytest.mark.parametrize("seed", range(10))
def test_a_turn_is_predicted_from_the_prompt_that_generation_would_see(templated, seed):
    encoder, _ = templated
    draw = Random(seed)
    episode, system = conversation(draw), words(draw, SYSTEM)
    turns = iter(range(len(episode.turns)))
    for sequence in encoder.encode_trajectory(system, episode):
        for span in sequence.spans:
            opening = [{"role": "system", "content": system}]
            prompt = encoder.prompt_ids([*opening, *episode.history(next(turns))])
            assert sequence.ids[: span.start] == prompt


@pytest.mark.parametrize("seed", range(10))
def test_a_limit_drops_whole_episodes_and_never_cuts_a_turn(templated, seed, caplog):
    encoder, end = templated
    draw = Random(seed)
    small = Encoder(encoder.tokenizer, 120)
    for _ in range(8):
        episode = conversation(draw)
        sequences = small.encode_trajectory(None, episode)
        whole = [text for sequence in sequences for text in written(encoder, sequence)]
        assert whole in ([], [turn.raw + end for turn in episode.turns])
        longest = max(len(sequence.ids) for sequence in encoder.encode_trajectory(None, episode))
        assert bool(whole) == (longest <= 120)
    assert bool(small.dropped.too_long) == ("the limit is 120" in caplog.text)
