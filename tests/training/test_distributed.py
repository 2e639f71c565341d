"""Two processes (gloo, on the CPU) train as one does: the same items, losses and weights, checkpoints that fit both."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from dulcet.benchmarks.backend.synthesis.make import hand_written
from dulcet.benchmarks.task_file import write_tasks
from dulcet.jsonl import write_all
from dulcet.training.distributed import World
from tests.e2e.test_train import episode
from tests.tiny import make_tiny_llama
from tests.training import many

torch.set_num_threads(1)

ROOT = Path(__file__).parents[2]


def launched(*arguments, processes=2, **environment):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    return subprocess.run(
        [*command, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def metrics(out):
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


def trained(folder):
    return load_file(next((folder / "model").glob("*.safetensors")))


def assert_same(one, other):
    for row, twin in zip(metrics(one), metrics(other), strict=True):
        assert row["step"] == twin["step"]
        assert row["loss"] == pytest.approx(twin["loss"], abs=1e-5)
        assert row["grad_norm"] == pytest.approx(twin["grad_norm"], rel=1e-4)
        assert row.get("held_out_loss") == pytest.approx(twin.get("held_out_loss"), abs=1e-5)
        assert row["tokens_represented"] == twin["tokens_represented"]
    mine, theirs = trained(one), trained(other)
    assert mine.keys() == theirs.keys()
    for name, tensor in mine.items():
        assert torch.allclose(tensor, theirs[name], rtol=0, atol=1e-5), name


@pytest.fixture(scope="module")
def two(tiny, tmp_path_factory):
    """What two processes make of the runs of `many`."""
    out = tmp_path_factory.mktemp("two")
    done = launched("-m", "tests.training.many", tiny, out, "dpo", "critic", "sft")
    assert done.returncode == 0, done.stderr
    return out, done


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dpo", "critic", "sft"])
def test_two_processes_train_as_one(two, name, tiny, tmp_path):
    many.run(name, tiny, tmp_path)
    assert_same(tmp_path / name, two[0] / name)
    assert sorted(p.name for p in (tmp_path / name / "model").iterdir()) == sorted(
        p.name for p in (two[0] / name / "model").iterdir()
    )


@pytest.mark.slow
def test_prefixes_are_shared_by_each_and_progress_is_shown_once(two):
    rows = metrics(two[0] / "dpo")
    assert all(row["tokens"] < row["tokens_represented"] for row in rows)
    assert two[1].stderr.count("train: 6/6") == 1


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="threads that are left are counted in Linux' /proc/self/task"
)
def test_no_thread_outlives_the_group_to_abort_a_process_that_exits(two):
    assert two[1].stdout.count("threads of gloo's left: 0") == 2


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [(1, 3), (2, 1)])
def test_any_number_of_processes_goes_on_from_the_checkpoint_of_another(before, after, tiny, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    many.run("dpo", tiny, whole)
    stopped = launched("-m", "tests.training.many", tiny, broken, "dpo", processes=before, STOP_AFTER="3")
    assert stopped.returncode != 0
    assert [p.name for p in (broken / "dpo" / "checkpoints").glob("step-*")] == ["step-000000003"]
    done = launched("-m", "tests.training.many", tiny, broken, "dpo", processes=after)
    assert done.returncode == 0, done.stderr
    assert [row["step"] for row in metrics(broken / "dpo")] == [1, 2, 3, 4, 5, 6]
    assert_same(whole / "dpo", broken / "dpo")


def files(folder):
    """Relative names; those of TensorBoard's files without the moment and the process in them."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name.partition("tfevents")[0] for name in found)


@pytest.mark.slow
def test_a_whole_method_is_led_by_one_process_and_leaves_what_one_alone_leaves(tmp_path):
    write_tasks(tmp_path / "tasks.jsonl", hand_written()[:3])
    write_all(tmp_path / "episodes.jsonl", [episode(task, n, n / 2) for task in hand_written()[:3] for n in range(3)])
    make_tiny_llama(tmp_path / "tiny", window=4096)
    (tmp_path / "small.toml").write_text("candidates = 3\nturns = 4\n")
    words = ["train", "sweet-rl", "--tasks", tmp_path / "tasks.jsonl", "--episodes", tmp_path / "episodes.jsonl"]
    words += ["--model", tmp_path / "tiny", "--settings", tmp_path / "small.toml", "--max-tokens", 4096, "--lr", 1e-3]
    words += ["--epochs", 1, "--max-new-tokens", 300, "--device", "cpu"]
    done = launched("-m", "dulcet", *words, "--out", tmp_path / "two", "--json", tmp_path / "two.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Policy: ") == 1
    assert json.loads((tmp_path / "two.json").read_text())["method"] == "sweet_rl"
    alone = subprocess.run([sys.executable, "-m", "dulcet", *map(str, words), "--out", str(tmp_path / "one")], cwd=ROOT)
    assert alone.returncode == 0
    assert files(tmp_path / "two") == files(tmp_path / "one")
    for stage in ("critic", "policy"):
        assert_same(tmp_path / "one" / stage, tmp_path / "two" / stage)


@pytest.mark.slow
def test_muon_is_refused_in_one_line(tiny, tmp_path):
    done = launched("-m", "tests.training.many", tiny, tmp_path, "muon")
    assert done.returncode != 0
    assert "muon wants whole matrices" in done.stderr


def test_shares_are_even_and_every_item_has_one_place():
    costs = {item: 1 + item % 7 for item in range(20)}
    shares = [World(rank, 3).share(range(20), costs) for rank in range(3)]
    assert sorted(item for share in shares for item in share) == list(range(20))
    loads = [sum(costs[item] for item in share) for share in shares]
    assert max(loads) - min(loads) <= max(costs.values())
    assert World().share([3, 1, 2], costs) == [3, 1, 2]


def test_groups_are_dealt_as_many_to_all():
    dealt = [list(World(rank, 2).deal(["a", "b", "c"])) for rank in range(2)]
    assert dealt == [[("a", True), ("c", True)], [("b", True), ("a", False)]]
    assert list(World().deal(["a", "b"])) == [("a", True), ("b", True)]


def test_alone_nobody_is_waited_for():
    alone = World()
    assert alone.leads
    assert (alone.most(3), alone.largest(0.5), alone.agree(True), alone.agree(False)) == (3, 0.5, True, False)
    assert alone.totals({"loss": 2.0}) == {"loss": 2.0}
    alone.wait()
