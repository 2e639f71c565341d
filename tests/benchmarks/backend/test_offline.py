import json

import pytest

from dulcet.benchmarks.backend.offline import read_offline
from dulcet.errors import InputError
from dulcet.trajectory import Outcome

TASK = {"problem_description": "Add.", "ground_truth": "def f(x): return x", "test_cases": {"test1": "f(1)"}}
HISTORY = [
    {"role": "user", "content": "Add."},
    {"role": "assistant", "content": "To what?", "input": "<s>...", "output": "Hm. OUTPUT: To what?"},
    {"role": "user", "content": "To nothing."},
    {"role": "assistant", "content": "I WANT TO ANSWER: def f(x): return x", "input": "", "output": "I WANT ..."},
]
ROW = {"task": TASK, "dialogue_history": HISTORY, "answer": "def f(x): return x", "reward": 0.5}


def write(tmp_path, *rows):
    path = tmp_path / "offline.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_an_episode(tmp_path):
    other = {**ROW, "task": {**TASK, "ground_truth": "def f(x): return 2"}, "answer": "No answer", "reward": 0}
    first, again, third = read_offline(write(tmp_path, ROW, {**ROW, "reward": 1}, other)).episodes
    task, trajectory = first
    assert trajectory.prompt == task.prompt == "Add."
    assert [turn.raw for turn in trajectory.turns] == ["Hm. OUTPUT: To what?", "I WANT ..."]
    assert [turn.content for turn in trajectory.turns] == ["To what?", HISTORY[3]["content"]]
    assert [turn.reply for turn in trajectory.turns] == ["To nothing.", None]
    assert (trajectory.reward, trajectory.outcome) == (0.5, Outcome.ANSWERED)
    assert (again[0].id, again[1].key, again[1].success) == (task.id, (task.id, 1), True)
    assert third[0].id != task.id
    assert (third[1].outcome, third[1].grade, third[1].answer) == (Outcome.NO_ANSWER, None, None)


BAD = {
    "'task'": {**ROW, "task": "x"},
    "'ground_truth'": {**ROW, "task": {**TASK, "ground_truth": None}},
    "'dialogue_history'": {**ROW, "dialogue_history": []},
    "'dialogue_history.0.role'": {**ROW, "dialogue_history": [{"role": "robot", "content": "x"}]},
    "'dialogue_history.1.content'": {**ROW, "dialogue_history": [HISTORY[0], {"role": "assistant"}]},
    "role 'assistant'": {**ROW, "dialogue_history": HISTORY[:1]},
    "'answer'": {**ROW, "answer": 3},
    "'reward'": {**ROW, "reward": "x"},
}


@pytest.mark.parametrize("bad", BAD.items(), ids=BAD.keys())
def test_a_bad_line_is_a_fault_and_the_rest_is_kept(tmp_path, bad):
    what, row = bad
    read = read_offline(write(tmp_path, ROW, row, ROW))
    assert [trajectory.episode for _, trajectory in read.episodes] == [0, 1]
    (fault,) = read.faults
    assert what in str(fault)
    assert ":2" in str(fault)


def test_an_empty_file(tmp_path):
    with pytest.raises(InputError, match="holds no episodes"):
        read_offline(write(tmp_path))
