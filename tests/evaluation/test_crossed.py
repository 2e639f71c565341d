import math

import numpy as np
import pytest

from dulcet.evaluation.crossed import crossed
from dulcet.evaluation.students_t import quantile, two_sided_p


@pytest.mark.parametrize(
    ("level", "df", "x"),
    [(0.95, 1, 12.70620), (0.95, 4, 2.776445), (0.99, 10, 3.169273), (0.95, 1000, 1.962339), (0.5, 1, 1.0)],
)
def test_quantiles_of_student_s_t_are_those_of_the_tables(level, df, x):
    assert quantile(level, df) == pytest.approx(x, rel=1e-6)
    assert two_sided_p(x, df) == pytest.approx(1 - level, rel=1e-5)


def test_any_real_number_of_degrees_of_freedom():
    assert quantile(0.95, 3) > quantile(0.95, 3.4) > quantile(0.95, 4)
    assert two_sided_p(0.0, 2.5) == 1.0 and two_sided_p(60.0, 1e4) == pytest.approx(0.0, abs=1e-12)


def test_two_by_two_by_hand():
    """Sums of squares of [[1, 2], [3, 8]]: seeds 16, tasks 9, rest 4; one degree of freedom each."""
    found = crossed(np.array([[1.0, 2.0], [3.0, 8.0]]))
    assert found.mean == 3.5
    assert found.seed_sd == pytest.approx(math.sqrt((16 - 4) / 2)) and found.task_sd == pytest.approx(
        math.sqrt((9 - 4) / 2)
    )
    df = (16 + 9 - 4) ** 2 / (16**2 + 9**2 + 4**2)
    assert found.df == pytest.approx(df)
    assert found.high - 3.5 == pytest.approx(quantile(0.95, df) * math.sqrt((16 + 9 - 4) / 4))


def test_without_an_effect_of_seeds_it_is_the_t_interval_over_the_tasks_means():
    """Seeds that agree cell by cell say nothing new, however many there are."""
    tasks = np.random.default_rng(0).normal(size=50)
    found = crossed(np.tile(tasks, (3, 1)))
    half = quantile(0.95, 49) * tasks.std(ddof=1) / math.sqrt(50)
    assert (found.low, found.high) == pytest.approx((tasks.mean() - half, tasks.mean() + half))
    assert found.seed_sd == 0.0 and found.rest_sd == pytest.approx(0.0, abs=1e-12)


def test_one_seed_says_nothing_of_seeds():
    with pytest.raises(ValueError, match="two seeds"):
        crossed(np.ones((1, 9)))


def test_nothing_varies():
    found = crossed(np.full((3, 4), 0.25))
    assert (found.low, found.mean, found.high, found.p) == (0.25, 0.25, 0.25, 0.0)


@pytest.mark.parametrize("seed_sd", [0.0, 0.03, 0.1])
@pytest.mark.parametrize("seeds", [3, 5])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(seeds, seed_sd):
    """Differences of successes (-1, 0, 1) with effects of seed and task; 400 experiments on 120 tasks."""
    rng, covered, trials, tasks = np.random.default_rng(seeds), 0, 400, 120
    for _ in range(trials):
        effects = rng.normal(0, seed_sd, (seeds, 1)) + rng.normal(0, 0.1, (1, tasks))
        values = effects + rng.choice([-1.0, 0.0, 1.0], size=(seeds, tasks), p=[0.15, 0.6, 0.25])
        found = crossed(values)
        covered += found.low <= 0.1 <= found.high
    assert 0.92 <= covered / trials <= 0.99


def test_intervals_over_tasks_alone_would_be_too_narrow():
    """The reason for all this: where seeds differ, one that knows of tasks alone misses the truth far too often."""
    rng, naive, trials = np.random.default_rng(9), 0, 200
    for _ in range(trials):
        values = rng.normal(0, 0.1, (3, 1)) + rng.normal(0, 0.4, (3, 200))
        of_task = values.mean(axis=0)
        naive += abs(of_task.mean()) <= 1.96 * of_task.std(ddof=1) / math.sqrt(200)
    assert naive / trials < 0.7
