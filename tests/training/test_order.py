import json

import pytest
import torch

from dulcet.training.data import Pair, data_hash
from dulcet.training.objectives import StepDPO, TrajectoryDPO
from dulcet.training.order import by_items, by_states, planned
from dulcet.training.trainer import train
from tests.training.child import config
from tests.training.samples import episode
from tests.training.test_trainer import interrupted_run, weights

torch.set_num_threads(1)

STATES = ["a", "b", "a", "", "c", "b", "a", "", "c", "d"]
ONCE = {"held_out": 0, "patience": None, "lora": None, "save_every_steps": None, "shuffle": "states", "batch": 4}


def epochs(seed, batch=4, states=STATES, count=3):
    return list(by_states(states, batch, seed, count))


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 10, 100])
def test_every_item_comes_once_an_epoch_and_no_step_is_too_large_or_empty(batch):
    for ways in (epochs(1, batch), list(by_items(len(STATES), batch, 1, 3))):
        for steps in ways:
            assert sorted(place for step in steps for place in step) == list(range(len(STATES)))
            assert all(0 < len(step) <= batch for step in steps)


def test_a_state_stays_in_one_step_and_an_empty_one_is_shared_with_nobody():
    split_up = 0
    for seed in range(20):
        for steps in epochs(seed):
            homes = {}
            for number, step in enumerate(steps):
                for place in step:
                    homes.setdefault(STATES[place] or place, set()).add(number)
            assert all(len(home) == 1 for home in homes.values())
            split_up += len(homes) == 6 and len({min(homes[3]), min(homes[7])}) == 2
    assert split_up


def test_a_state_of_more_than_a_step_begins_one_of_its_own():
    for seed in range(10):
        for steps in epochs(seed, 3, ["a"] * 7 + ["b"]):
            alone = [step for step in steps if all(place < 7 for place in step)]
            assert len(alone) >= 2 and [len(step) for step in alone[:2]] == [3, 3]


def test_the_order_follows_from_the_seed_and_changes_with_it_and_with_the_epoch():
    assert epochs(1) == epochs(1)
    assert epochs(1) != epochs(2)
    first, second, _ = epochs(1)
    assert first != second
    assert epochs(1)[:2] == epochs(1, count=2)


def test_the_plan_knows_where_epochs_end():
    settings = config(**ONCE, epochs=3)
    items = list(zip(range(100, 110), STATES, strict=True))
    plan, ends = planned(items, settings)
    assert max(ends) == len(plan) and len(ends) == 3
    assert {place for step in plan[: min(ends)] for place in step} == set(range(100, 110))
    assert planned(items, settings.model_copy(update={"max_steps": 2}))[0] == plan[:2]


def turn_pairs(encoder, states=4, each=3):
    """Several pairs after one history, a state each."""
    found = []
    for number in range(states):
        history = episode(number, True).history(1)
        for one in range(each):
            sides = ([encoder.encode(history, f"I WANT TO ANSWER: {answer}")] for answer in (number, f"no {one}"))
            found.append(Pair(*sides, state=str(number)))
    return found


def test_steps_of_whole_states_share_more(tiny, encoder, tmp_path):
    sharing = {}
    for shuffle in ("items", "states"):
        out = tmp_path / shuffle
        train(tiny, turn_pairs(encoder), StepDPO(), config(**ONCE | {"shuffle": shuffle, "batch": 3}), out)
        rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
        sharing[shuffle] = sum(row["tokens_represented"] for row in rows) / sum(row["tokens"] for row in rows)
    assert sharing["states"] > 1.2 * sharing["items"]


def test_a_training_by_states_goes_on_bit_for_bit(tiny, encoder, tmp_path, monkeypatch):
    data, settings = turn_pairs(encoder), config(**ONCE)
    whole = train(tiny, data, TrajectoryDPO(), settings, tmp_path / "whole")
    interrupted_run(tiny, data, tmp_path / "broken", monkeypatch, **ONCE | {"save_every_steps": 1})
    assert weights(train(tiny, data, TrajectoryDPO(), settings, tmp_path / "broken")) == weights(whole)


def test_states_are_part_of_the_data(encoder):
    one = turn_pairs(encoder, 1, 1)
    other = [Pair(one[0].chosen, one[0].rejected, state="another")]
    assert data_hash(one) != data_hash(other) != data_hash([Pair(one[0].chosen, one[0].rejected)])
