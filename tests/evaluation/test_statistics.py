import numpy as np
import pytest

from dulcet.evaluation import statistics as st


def one_column(values, **options):
    values = np.asarray(values, dtype=float)[:, None]
    return st.bootstrap_intervals(values, np.ones_like(values), seed=options.pop("seed", 0), **options)[0]


def test_interval_agrees_with_the_normal_theory_on_many_tasks():
    values = np.random.default_rng(0).normal(3.0, 2.0, size=2000)
    low, high = one_column(values)
    half = 1.96 * values.std() / np.sqrt(2000)
    assert low == pytest.approx(values.mean() - half, abs=0.01)
    assert high == pytest.approx(values.mean() + half, abs=0.01)


def test_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    covered = 0
    for trial in range(400):
        low, high = one_column(rng.random(60) < 0.3, seed=trial, resamples=400)
        covered += low <= 0.3 <= high
    assert 0.91 <= covered / 400 <= 0.98


def test_episodes_of_a_task_stay_together():
    """Ten copies of each task's episode say nothing new: the interval stays as wide as with one."""
    values = np.random.default_rng(2).random(40)[:, None]
    once = st.bootstrap_intervals(values, np.ones_like(values), seed=3)
    ten = st.bootstrap_intervals(10 * values, np.full_like(values, 10), seed=3)
    assert ten == pytest.approx(once)


def test_columns_share_their_draws():
    values = np.random.default_rng(3).random((50, 1))
    both = st.bootstrap_intervals(np.hstack([values, values]), np.ones((50, 2)), seed=4)
    assert (both[0] == both[1]).all()


def test_a_column_without_episodes_is_nan_and_leaves_others_alone():
    sums, counts = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 0.0]])
    found = st.bootstrap_intervals(sums, counts, seed=0)
    assert np.isnan(found[1]).all() and not np.isnan(found[0]).any()


def test_seeded():
    values = np.random.default_rng(5).random(30)
    assert (one_column(values, seed=1) == one_column(values, seed=1)).all()
    assert (one_column(values, seed=1) != one_column(values, seed=2)).any()


def test_all_zero_is_not_certainty():
    assert st.widen_at_bounds((0.0, 0.0), 20) == (0.0, pytest.approx(0.16843, abs=1e-5))  # Clopper-Pearson, 0 of 20
    assert st.widen_at_bounds((1.0, 1.0), 20) == (pytest.approx(0.83157, abs=1e-5), 1.0)
    assert st.widen_at_bounds((0.2, 0.4), 20) == (0.2, 0.4)


@pytest.mark.parametrize(
    ("b", "c", "p"),
    [(0, 0, 1.0), (1, 1, 1.0), (5, 5, 1.0), (0, 5, 0.0625), (1, 9, 22 / 1024), (9, 1, 22 / 1024), (2, 10, 158 / 4096)],
)
def test_mcnemar_against_sums_of_binomials_by_hand(b, c, p):
    assert st.mcnemar_p(b, c) == pytest.approx(p)


def test_sign_flip_is_exact_on_few_tasks():
    # Five differences of one sign: only +++++ and ----- of 32 patterns are as extreme.
    assert st.sign_flip_p(np.array([0.1, 0.2, 0.3, 0.1, 0.4]), seed=0) == 2 / 32
    assert st.sign_flip_p(np.array([1.0, -1.0, 0.0]), seed=0) == 1.0
    assert st.sign_flip_p(np.zeros(4), seed=0) == 1.0


def test_sign_flip_on_signs_alone_is_mcnemars_test():
    differences = np.array([1.0] * 22 + [-1.0] * 10 + [0.0] * 40)
    assert st.sign_flip_p(differences, seed=0, resamples=40_000) == pytest.approx(st.mcnemar_p(22, 10), abs=0.006)


def test_sign_flip_rejects_a_true_null_about_one_time_in_twenty():
    rng = np.random.default_rng(7)
    rejected = sum(st.sign_flip_p(rng.normal(size=40), seed=i, resamples=400) <= 0.05 for i in range(400))
    assert 0.02 <= rejected / 400 <= 0.085
