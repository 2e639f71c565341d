"""What a training's folder says that it spent."""

import json

from dulcet.credit.preferences import Candidates
from dulcet.evaluation.costs import Cost
from dulcet.jsonl import write_all
from dulcet.recipes.experiment import make_experiment
from dulcet.recipes.row_costs import continued, trained
from dulcet.recipes.rows import rows
from dulcet.rollout.branch import Continuation
from dulcet.trajectory import Grade, Outcome, Trajectory, Turn


def played(task, *tokens):
    turns = tuple(Turn(raw="x", content="x", tokens=count) for count in tokens)
    grade = Grade(tests_passed=1.0, success=True, outcome="passed")
    return Trajectory(task_id=task, episode=0, prompt="p", turns=turns, outcome=Outcome.ANSWERED, grade=grade)


def steps(path, *tokens):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(json.dumps({"step": i, "loss": 1.0, "tokens": count}) + "\n" for i, count in enumerate(tokens))
    )


def test_critic_policy_and_later_rounds_are_counted(tmp_path):
    steps(tmp_path / "critic/metrics.jsonl", 100, 200)
    steps(tmp_path / "policy/metrics.jsonl", 30)
    steps(tmp_path / "round_2/policy/metrics.jsonl", 7)
    write_all(tmp_path / "round_2/episodes.jsonl", [played("a", 5, 6), played("b", 9)])
    write_all(
        tmp_path / "round_2/candidates_4.jsonl", [Candidates(task_id="a", episode=0, turn=0, candidates=("x", "y"))]
    )
    scored = Candidates(task_id="a", episode=0, turn=0, candidates=("x", "y"), advantages=(0.1, 0.2))
    write_all(tmp_path / "advantages.jsonl", [scored])  # the same candidates, scored: not drawn again
    assert trained(tmp_path) == Cost(episodes=2, candidates=2, tokens_written=20, tokens_trained=337)


def test_the_lines_of_iterations_are_no_steps(tmp_path):
    steps(tmp_path / "metrics.jsonl", 55, 66)  # means of the iterations' episodes
    steps(tmp_path / "iteration_0001/steps.jsonl", 10)
    steps(tmp_path / "iteration_0002/metrics.jsonl", 20)
    write_all(tmp_path / "iteration_0001/episodes.jsonl", [played("a", 3)])
    assert trained(tmp_path) == Cost(episodes=1, tokens_written=3, tokens_trained=30)


def test_messages_that_are_played_on_to_find_their_worth_are_episodes(tmp_path):
    common = {"task_id": "a", "reward": 1.0, "success": True, "outcome": Outcome.ANSWERED, "turns": 1}
    first = Continuation(branch="b", sample=0, ended=False, tokens=12, **common)
    answer = Continuation(branch="c", sample=0, ended=True, tokens=0, **common)
    write_all(tmp_path / "continuations.jsonl", [first, answer])
    assert continued(tmp_path / "continuations.jsonl") == Cost(episodes=1, tokens_written=12)
    assert continued(tmp_path / "nothing.jsonl") == Cost()


def test_who_plays_for_itself_is_not_charged_for_offline_episodes():
    found = {row.name: row.offline for row in rows(make_experiment("demo", methods=("grpo", "archer", "sweet_rl")))}
    assert found == {"zero_shot": False, "single_turn": False, "grpo": False, "archer": True, "sweet_rl": True}
