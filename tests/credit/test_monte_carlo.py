"""The estimate against values that are known, with a real person, grader and server."""

import dataclasses
import math

import pytest

from dulcet.credit.monte_carlo import MonteCarlo, MonteCarloCritic
from dulcet.credit.preferences import Candidates, turn_preferences
from dulcet.errors import EndpointError, InputError
from dulcet.protocol import Rules
from dulcet.rollout.play import Play
from tests.credit.fees import BROKEN, HALF, RIGHT, TASK, USEFUL, USELESS, WRONG, policy, request
from tests.credit.served import serve

ALL = (USEFUL, USELESS, RIGHT, HALF, WRONG, BROKEN, USEFUL)
VALUES = [1.0, 0.5, 1.0, 0.5, 0.0, 0.0, 1.0]


def critic(spec, out, continuations=2, **rules):
    setup = Play(model=spec, rules=Rules(**rules), seed=4)
    return MonteCarloCritic({TASK.id: TASK}, setup, out / "c.jsonl", MonteCarlo(continuations=continuations))


def test_a_candidate_is_worth_what_the_policy_makes_of_it(tmp_path):
    with serve(policy) as (spec, seen):
        found = critic(spec, tmp_path)
        assert found.advantages([request(*ALL), request(USELESS), request()]) == [VALUES, [0.5], []]
        assert len(seen) == 4, "two continuations of each question, none of an answer, and the same one only once"
        ended = [one.ended for one in found.estimates([request(*ALL)])[0]]
        assert ended == [False, False, True, True, True, True, False]
    preferences = turn_preferences(
        [Candidates(task_id="fee", episode=0, turn=0, candidates=ALL[:2] + ALL[4:6], advantages=(1, 0.5, 0, 0))],
        per_turn=4,
        seed=0,
    )
    assert {one.chosen for one in preferences} <= {USEFUL, USELESS}


def test_chance_is_averaged_over(tmp_path):
    """The policy guesses by its seed: the estimate is the share of lucky guesses, and more of them add to it."""
    with serve(lambda messages, seed: RIGHT if seed % 2 else WRONG) as (spec, seen):
        (few,) = critic(spec, tmp_path, 4).estimates([request(USELESS)])[0]
        (many,) = critic(spec, tmp_path, 40).estimates([request(USELESS)])[0]
        assert (len(few.rewards), many.rewards[:4], len(seen)) == (4, few.rewards, 40)
        assert set(many.rewards) == {0.0, 1.0} and 0.25 < many.value < 0.75
        assert critic(spec, tmp_path, 4).estimates([request(USELESS)]) == [[few]]


def test_at_the_last_turn_there_is_nothing_to_play_on(tmp_path):
    with serve(policy) as (spec, seen):
        assert critic(spec, tmp_path, max_turns=1).advantages([request(USEFUL, RIGHT)]) == [[0.0, 1.0]]
        assert not seen


def test_turns_that_the_rules_do_not_know_are_named(tmp_path):
    asked = request(USEFUL)
    said = ({"role": "assistant", "content": "Why?"}, {"role": "user", "content": "Because."})
    later = dataclasses.replace(asked, history=(*asked.history, *said))
    with serve(policy) as (spec, _), pytest.raises(InputError, match="after 1 turns, and the rules allow 1"):
        critic(spec, tmp_path, max_turns=1).advantages([later])


def test_what_was_played_is_not_played_again_and_what_is_away_is_said(tmp_path):
    with serve(policy) as (spec, _):
        first = critic(spec, tmp_path).advantages([request(*ALL)])
    again = critic(spec, tmp_path)  # the server is gone
    assert again.advantages([request(*ALL)]) == first
    with pytest.raises(EndpointError):
        again.advantages([request("What is the rule for age?")])
    with pytest.raises(InputError, match="was made with"):
        critic(spec, tmp_path, max_turns=3).advantages([request(USEFUL)])


def test_a_task_that_nobody_knows_is_named(tmp_path):
    with serve(policy) as (spec, _), pytest.raises(InputError, match="does not know the task 'other'"):
        critic(spec, tmp_path).advantages([dataclasses.replace(request(USEFUL), task_id="other")])


def test_of_what_never_worked_nothing_is_said(tmp_path, caplog):
    def moody(messages, seed):
        return policy(messages, seed) if any("18" in one["content"] for one in messages) else 1 / 0

    with serve(moody) as (spec, _):
        (row,) = critic(spec, tmp_path).advantages([request(USEFUL, USELESS)])
    assert row == [1.0, -math.inf] and "failed" in caplog.text
