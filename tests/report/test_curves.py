"""Lines over a number: their points, and when there is nothing to draw."""

from dulcet.evaluation.build import build_table
from dulcet.evaluation.curves import Curve, Point
from dulcet.report.curves import best_of_n, by_data
from dulcet.trajectory import Grade, Outcome, Trajectory

SIZES = {"sweet_rl_75": 0.2, "sweet_rl_150": 0.4, "magnet_75": 0.3, "magnet_150": 0.5}


def table_of(rates):
    played = {
        name: [
            Trajectory(
                task_id=f"t{number}",
                prompt="p",
                outcome=Outcome.ANSWERED,
                grade=Grade(tests_passed=1.0, success=number < 10 * rate, outcome="passed"),
            )
            for number in range(10)
        ]
        for name, rate in rates.items()
    }
    return build_table(played, seed=0)


def settings(names):
    return {
        name: {"method": name.rpartition("_")[0], "data": {"tasks": int(name.rpartition("_")[2])}} for name in names
    }


def test_a_line_for_each_method_over_the_numbers_of_tasks():
    drawn = by_data(table_of(SIZES), {"settings": settings(SIZES)})
    assert drawn and all(text in drawn for text in (">75<", ">150<", ">SWEET-RL<", ">MAGNET<", "training tasks"))


def test_nothing_is_drawn_where_no_method_has_two_sizes():
    one = {"sweet_rl_75": 0.2, "magnet_150": 0.5}
    assert by_data(table_of(one), {"settings": settings(one)}) is None
    assert by_data(table_of(one), None) is None


def test_more_critics_than_colours_are_told_apart():
    curve = Curve(points=(Point(n=1, success=0.2), Point(n=16, success=0.4, success_interval=(0.3, 0.5))))
    drawn = best_of_n({f"critic {number}": curve for number in range(7)})
    assert all(f">Critic {number}<" in drawn for number in range(7))
    assert drawn.count("stroke-dasharray") >= 2 and ">16<" in drawn
