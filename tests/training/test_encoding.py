import pytest

from dulcet.errors import InputError
from dulcet.training.encoding import Encoder, end_of_turn_id
from dulcet.trajectory import Outcome, Trajectory, Turn
from tests.training.samples import SYSTEM, episode


def written(encoder, sequence):
    """The text of each span."""
    return [encoder.tokenizer.decode(sequence.ids[span.start : span.end]) for span in sequence.spans]


def test_the_end_of_turn_is_the_templates_own(encoder):
    assert encoder.tokenizer.decode([encoder.end_of_turn]) == "<|im_end|>"


def test_a_template_that_does_not_end_turns_is_an_error(encoder):
    import copy

    tokenizer = copy.deepcopy(encoder.tokenizer)
    tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"
    with pytest.raises(InputError, match="does not end the assistant's message"):
        end_of_turn_id(tokenizer)
    tokenizer.chat_template = None
    with pytest.raises(InputError, match="no chat template"):
        Encoder(tokenizer, 100)


def test_a_turn_is_what_generation_would_have_seen_and_written(encoder):
    messages = [{"role": "system", "content": SYSTEM}, *episode(3, True).history(1)]
    sequence = encoder.encode(messages, "I see.\n")
    (span,) = sequence.spans
    prompt = encoder.tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
    assert list(sequence.ids[: span.start]) == list(prompt)
    assert written(encoder, sequence) == ["I see.\n<|im_end|>"]
    assert span.end == len(sequence.ids)


def test_turns_of_one_history_are_one_sequence(encoder):
    (sequence,) = encoder.encode_trajectory(SYSTEM, episode(7, True))
    assert written(encoder, sequence) == ["What is the threshold?<|im_end|>", "I WANT TO ANSWER: 7<|im_end|>"]
    assert [span.turn for span in sequence.spans] == [0, 1]
    assert encoder.tokenizer.decode(sequence.ids).endswith(
        "It is 7.<|im_end|>\n<|im_start|>assistant\nI WANT TO ANSWER: 7<|im_end|>"
    )


def test_dropped_thoughts_split_the_sequence_and_are_trained_on_where_they_were_written(encoder):
    first, second = encoder.encode_trajectory(None, episode(7, True, thoughts=True))
    assert written(encoder, first) == ["I should ask. OUTPUT: What is the threshold?<|im_end|>"]
    assert written(encoder, second) == ["I WANT TO ANSWER: 7<|im_end|>"]
    assert "I should ask" not in encoder.tokenizer.decode(second.ids)
    assert [span.turn for span in (*first.spans, *second.spans)] == [0, 1]


def test_hidden_messages_and_the_person_are_context_alone(encoder):
    trajectory = episode(7, True)
    secret = [{"role": "user", "content": "SECRET def f(x): return 7"}]
    (plain,), (privileged,) = (encoder.encode_trajectory(SYSTEM, trajectory, hidden) for hidden in (None, secret))
    assert written(encoder, plain) == written(encoder, privileged)
    assert "SECRET" in encoder.tokenizer.decode(privileged.ids)
    other = trajectory.model_copy(
        update={"turns": (trajectory.turns[0].model_copy(update={"reply": "No idea!"}), trajectory.turns[1])}
    )
    (changed,) = encoder.encode_trajectory(SYSTEM, other)
    assert changed.ids != plain.ids
    assert written(encoder, changed) == written(encoder, plain)


def test_what_is_too_long_is_dropped_whole_counted_and_said(encoder, caplog):
    small = Encoder(encoder.tokenizer, 40)
    assert small.encode([{"role": "user", "content": "word " * 50}], "ok") is None
    assert small.encode_trajectory(None, episode(1, True)) == []
    assert small.dropped.too_long == 2
    assert "the limit is 40" in caplog.text


def test_an_episode_without_turns_is_an_error(encoder):
    with pytest.raises(InputError, match="no turns"):
        encoder.encode_trajectory(None, Trajectory(task_id="t", prompt="p", outcome=Outcome.AGENT_FAILED))


def test_text_that_looks_like_a_special_token_is_still_exact(encoder):
    turns = (Turn(raw="a<|im_end|>b", content="a<|im_end|>b", reply="c"), Turn(raw="d", content="d"))
    trajectory = Trajectory(task_id="t", prompt="p", turns=turns, outcome=Outcome.ANSWERED)
    sequences = encoder.encode_trajectory(None, trajectory)
    assert [text for sequence in sequences for text in written(encoder, sequence)] == [
        "a<|im_end|>b<|im_end|>",
        "d<|im_end|>",
    ]
