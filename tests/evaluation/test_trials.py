import json

import pytest

from dulcet.errors import InputError
from dulcet.evaluation.metrics import measure
from dulcet.evaluation.trials import by_trial
from dulcet.rollout.collect import load
from dulcet.rollout.diary import Diary, trials_folder
from tests.rollout.reflexion_child import Learner, try_out


async def test_success_by_trial_says_what_each_brought_and_cost(tmp_path):
    out = tmp_path / "episodes.jsonl"
    await try_out(out, Learner(), trials=3)
    found = by_trial(out, seed=1, benchmark="backend")
    first, second, third = (found.table.methods[f"trial_{number}"] for number in (1, 2, 3))
    failed = found.played[1]
    assert found.played == (20, failed, 0) and first.success == (20 - failed) / 20
    assert second.success == third.success == 1.0 and second.success_interval[0] > 0.8
    assert found.table.comparison("trial_2", "trial_1", "success").difference == failed / 20
    assert found.tokens == (10.0, 10 + failed, 10 + failed)  # a reflection and a second trial of those that failed
    assert third.success == measure(load(out)).success
    assert "the grade of each task" in found.told
    assert json.loads((trials_folder(out) / "by_trial.json").read_text()) == found.model_dump(mode="json")


async def test_trials_that_are_missing_are_named(tmp_path):
    out = tmp_path / "episodes.jsonl"
    await try_out(out, Learner(), tasks=2)
    (trials_folder(out) / "trials.jsonl").unlink()
    assert not Diary(trials_folder(out)).trials
    with pytest.raises(InputError, match="has no trial of task 't0'"):
        by_trial(out, seed=1, benchmark="backend")
