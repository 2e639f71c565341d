import pytest

from dulcet.errors import InputError
from dulcet.evaluation.metrics import measure
from dulcet.trajectory import Outcome


def test_means_and_counts(make):
    found = measure([make("a", 1.0, turns=3, leaks=1), make("b", 0.5, turns=2, redacted=True), make("c", 0.0, turns=1)])
    assert found.episodes == 3 and found.failed == 0
    assert found.tests_passed == 0.5
    assert found.success == pytest.approx(1 / 3, abs=1e-6)
    assert found.turns == 2.0
    assert found.tokens == pytest.approx((50 + 40 + 30) / 3)
    assert found.leak_rate == pytest.approx(2 / 3, abs=1e-6)  # two of the three replies
    assert found.redacted_rate == pytest.approx(1 / 3, abs=1e-6)
    assert found.answers == {"passed": 1, "wrong": 2}


def test_failures_of_the_machinery_are_left_out_and_counted_apart(make):
    failed = [make(f"x{i}", None, outcome=Outcome.SIMULATOR_FAILED, turns=9, leaks=3) for i in range(5)]
    good = [make("a", 1.0), make("b", 1.0)]
    with_failures, without = measure(good + failed), measure(good)
    assert with_failures.failed == 5
    assert with_failures.outcomes == {"answered": 2, "simulator_failed": 5}
    assert with_failures.model_copy(update={"failed": 0, "outcomes": without.outcomes}) == without


def test_an_ending_that_is_the_agents_own_fault_is_a_zero(make):
    found = measure([make("a", 1.0), make("b", None, outcome=Outcome.TRUNCATED)])
    assert (found.episodes, found.tests_passed, found.success) == (2, 0.5, 0.5)


def test_nothing_to_measure_gives_none_and_not_zero(make):
    found = measure([make("a", None, outcome=Outcome.TIME_LIMIT)])
    assert found.tests_passed is None and found.success is None and found.turns is None


def test_an_ungraded_answer_is_an_error_that_names_it(make):
    with pytest.raises(InputError, match=r"task a, episode 0.*no grade"):
        measure([make("a", None)])
