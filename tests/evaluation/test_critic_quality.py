"""Critics that are known (perfect, reversed, without opinion, with noise) get the marks that they deserve."""

import math
from random import Random

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from dulcet.credit.base import ScoreRequest
from dulcet.evaluation.calibration import calibration, calibrations, fitted_scale
from dulcet.evaluation.critic_quality import CriticQuality, critic_quality
from dulcet.evaluation.ranks import kendall, ranks, spearman, wins
from dulcet.evaluation.table import Statistics
from dulcet.rollout.branch import Estimate

FEW = Statistics(resamples=500)


class Known:
    """A critic whose advantages are a function of the candidate's text, here its value."""

    identity = {"kind": "known"}  # noqa: RUF012

    def __init__(self, of):
        self.of = of

    def advantages(self, requests):
        return [[self.of(float(text)) for text in request.candidates] for request in requests]


def estimate(value, ended=False, samples=4):
    """A mean of 0s and 1s, or one exact value."""
    ones = round(value * samples)
    rewards = (value,) if ended else tuple(float(number < ones) for number in range(samples))
    return Estimate(rewards=rewards, successes=tuple(reward == 1 for reward in rewards), ended=ended)


def state(task, *values):
    history = ({"role": "user", "content": "please"},)
    return ScoreRequest(history, "", tuple(str(value) for value in values), f"t{task}")


def problem(turns=40):
    """Turns with questions of known worth, a right and a wrong answer; pairs of episodes of two turns."""
    random = Random(3)
    drawn = [sorted({0.0, 1.0, *(random.randrange(5) / 4 for _ in range(5))}) for _ in range(turns)]
    states = [state(number // 2, *values) for number, values in enumerate(drawn)]
    truth = [[estimate(value, ended=value in (0, 1)) for value in values] for values in drawn]
    pairs = [((state(n, 0.75), state(n, 1.0)), (state(n, 0.25), state(n, 0.5), state(n, 0.25))) for n in range(turns)]
    return states, truth, pairs


def measured(of, **options):
    return critic_quality(Known(of), *problem(), statistics=FEW, **options)


def test_a_perfect_critic():
    found = measured(lambda value: value - 5)
    for name in ("spearman", "kendall", "candidate_accuracy", "answer_auc"):
        assert getattr(found, name).value == pytest.approx(1.0), name
    assert found.candidate_accuracy.interval == (pytest.approx(0.8316, abs=1e-3), 1.0), "20 tasks prove no certainty"
    assert (found.spearman.count, found.spearman.tasks, found.critic) == (40, 20, {"kind": "known"})
    assert found.calibration.plain.bins[-1].observed == 1.0 and found.calibration.scale > 10


def test_the_sum_of_the_turns_is_what_is_compared():
    assert measured(lambda value: value).pair_accuracy.value == 1.0
    assert measured(lambda value: value - 5).pair_accuracy.value == 1.0
    assert measured(lambda value: value + 5).pair_accuracy.value == 0.0, "three turns weigh more than two"
    assert measured(lambda value: 0.0).pair_accuracy.value == 0.5


def test_a_critic_that_is_wrong_and_one_without_opinion():
    wrong = measured(lambda value: -value)
    assert (wrong.spearman.value, wrong.kendall.value) == (pytest.approx(-1.0), pytest.approx(-1.0))
    assert (wrong.candidate_accuracy.value, wrong.answer_auc.value, wrong.calibration.scale) == (0.0, 0.0, 0.0)
    none = measured(lambda value: 0.0)
    assert (none.spearman.value, none.spearman.interval, none.kendall.value) == (0.0, (0.0, 0.0), 0.0)
    assert (none.candidate_accuracy.value, none.answer_auc.value, none.calibration.plain.ece) == (0.5, 0.5, 0.0)


def test_a_noisy_critic_lies_between_with_an_interval_around_it():
    random = Random(0)
    found = measured(lambda value: value + random.gauss(0, 0.5))
    low, high = found.spearman.interval
    assert 0.2 < low < found.spearman.value < high < 0.95
    assert 0.5 < found.candidate_accuracy.value < 1
    again = CriticQuality.model_validate_json(found.model_dump_json())
    assert again == found


def test_noise_of_the_truth_is_measured_too():
    def with_rewards(*rewards):
        return Estimate(rewards=rewards, successes=tuple(r == 1 for r in rewards), ended=False)

    agreeing = [[with_rewards(0, 0, 0, 0), with_rewards(0, 0, 1, 1), with_rewards(1, 1, 1, 1)]]
    opposed = [[with_rewards(0, 1, 0, 1), with_rewards(1, 0, 1, 0)]]
    for truth, value in ((agreeing, 1.0), (opposed, -1.0)):
        states = [state(0, *range(len(truth[0])))]
        assert critic_quality(Known(float), states, truth, [], statistics=FEW).truth_spearman.value == value


def test_what_cannot_be_read_or_is_not_known_is_counted_and_in_no_measure():
    states, truth = [state(0, 0, 1, 2, 3)], [[estimate(0.0), estimate(1.0), estimate(0.5), estimate(0.25, samples=4)]]
    truth[0][3] = Estimate(rewards=(), successes=(), ended=False)
    found = critic_quality(
        Known(lambda value: -math.inf if value == 2 else value), states, truth,
        [((state(0, 1),), (state(0, 2),))], statistics=FEW,
    )  # fmt: skip
    assert (found.unreadable, found.unknown, found.pair_accuracy) == (2, 1, None)
    assert (found.spearman.value, found.candidate_accuracy.count) == (1.0, 1)
    nothing = critic_quality(Known(float), [], [], [], statistics=FEW)
    assert nothing.calibration is None and nothing.spearman is None
    with pytest.raises(ValueError, match="zip"):
        critic_quality(Known(float), states, [truth[0][:3]], [])


def test_rank_statistics_are_those_of_scipy():
    rng = np.random.default_rng(0)
    for size in (2, 3, 8, 16):
        for _ in range(20):
            a, b = rng.integers(0, 4, size), rng.integers(0, 4, size)
            if len(set(a)) > 1 and len(set(b)) > 1:
                assert spearman(a, b) == pytest.approx(spearmanr(a, b).statistic)
                assert kendall(a, b) == pytest.approx(kendalltau(a, b).statistic)
    assert list(ranks([3, 1, 3, 2])) == [3.5, 1, 3.5, 2]
    assert (spearman([1, 1], [1, 2]), kendall([1, 1], [1, 2])) == (0.0, 0.0)
    assert (spearman([1, 2], [1, 1]), kendall([1, 2], [1, 1]), spearman([], [])) == (None, None, None)
    assert wins([1, 2, 3], [2, 0]) == (1 + 1.5 + 2, 6) and wins([], [1.0]) == (0.0, 0)


def test_the_scale_of_a_critic_s_differences_is_found():
    rng = np.random.default_rng(1)
    difference = rng.exponential(0.5, 20_000)
    for scale in (0.3, 1.0, 4.0):
        correct = (rng.random(20_000) < 1 / (1 + np.exp(-scale * difference))).astype(float)
        assert fitted_scale(difference, correct) == pytest.approx(scale, rel=0.05, abs=0.05)
        found = calibrations(difference, correct)
        assert found.scaled.ece < 0.02
        assert (found.plain.ece < 0.02) == (scale == 1.0)
        assert sum(one.pairs for one in found.plain.bins) == found.plain.pairs == 20_000


def test_the_calibration_error_is_the_mean_distance():
    found = calibration(np.array([0.55, 0.55, 0.95, 1.0]), np.array([1.0, 0.0, 1.0, 0.5]))
    assert [(one.predicted, one.observed, one.pairs) for one in found.bins] == [(0.55, 0.5, 2), (0.975, 0.75, 2)]
    assert found.ece == pytest.approx((0.05 * 2 + 0.225 * 2) / 4)
