"""Each tracker gets every line of metrics.jsonl once, whatever happened in between. What is missing is skipped."""

import importlib.util
import json
import logging
import sqlite3
import struct

import pytest

from dulcet.errors import MissingDependencyError
from dulcet.training import trackers
from dulcet.training.config import TrainConfig
from dulcet.training.metrics import MetricsFile
from dulcet.training.objectives import TrajectoryDPO
from dulcet.training.trackers import Sent, chosen, tag, tracking
from dulcet.training.trainer import train
from tests.training.child import config
from tests.training.samples import pairs
from tests.training.test_trainer import QUICK, interrupted_run


def metrics_file(folder, steps):
    file = MetricsFile(folder / "metrics.jsonl")
    for step in range(1, steps + 1):
        file.append({"step": step, "loss": 1 / step, "held_out_loss": 2 / step})
    return file


def track(name, file, new=()):
    """A session: the trackers catch up, then get the new steps."""
    with tracking([name], file, "test", {"seed": 0}) as opened:
        for step in new:
            row = {"step": step, "loss": 1 / step, "held_out_loss": 2 / step}
            file.append(row)
            opened.log(step, row)


def interrupted_session(name, folder):
    """Six steps, a death that takes the run back to step 4, and three steps more: seven in all."""
    file = metrics_file(folder, 0)
    track(name, file, new=range(1, 7))
    file.forget_after(4)
    track(name, file, new=range(5, 8))


EXPECTED = {"train/loss": [(n, 1 / n) for n in range(1, 8)], "held_out/loss": [(n, 2 / n) for n in range(1, 8)]}


def points(folder):
    """What TensorBoard's own reader finds: tag -> (step, value), over all event files."""
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    found = {}
    for file in sorted((folder / "tensorboard").iterdir()):
        for event in EventFileLoader(str(file)).Load():
            for value in event.summary.value:
                found.setdefault(value.tag, []).append((event.step, value.tensor.float_val[0]))
    return found


def assert_expected(found):
    assert found.keys() == EXPECTED.keys()
    for name, wanted in EXPECTED.items():
        assert [step for step, _ in found[name]] == [step for step, _ in wanted]
        assert [value for _, value in found[name]] == pytest.approx([value for _, value in wanted])


def test_tensorboard_has_every_point_once(tmp_path):
    pytest.importorskip("tensorboard", reason="tensorboard is not installed: pip install 'dulcet[tensorboard]'")
    interrupted_session("tensorboard", tmp_path)
    assert_expected(points(tmp_path))


def test_a_training_that_was_stopped_and_went_on_leaves_each_point_once(tiny, encoder, tmp_path, monkeypatch):
    pytest.importorskip("tensorboard", reason="tensorboard is not installed: pip install 'dulcet[tensorboard]'")
    data, settings = pairs(encoder, 6), {**QUICK, "epochs": 6}
    interrupted_run(tiny, data, tmp_path, monkeypatch, epochs=6)
    (tmp_path / "metrics.jsonl").open("a").write('{"step": 8, "loss": 9.9}\n')  # a step that no checkpoint knows
    train(tiny, data, TrajectoryDPO(), config(**settings), tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    found = points(tmp_path)
    assert {name.removeprefix("train/") for name in found} == rows[0].keys() - {"step"}
    for name in ("loss", "accuracy", "margin", "chosen_logp", "rejected_logp", "kl", "tokens_per_second", "sharing"):
        assert [step for step, _ in found[f"train/{name}"]] == [row["step"] for row in rows]
        assert [value for _, value in found[f"train/{name}"]] == pytest.approx([row[name] for row in rows], rel=1e-6)
    assert all(row["sharing"] > 1 and row["peak_memory_gib"] > 0.01 for row in rows)


def test_weights_and_biases_offline_has_every_point_once(tmp_path, monkeypatch):
    pytest.importorskip("wandb", reason="wandb is not installed: pip install 'dulcet[wandb]'")
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    interrupted_session("wandb", tmp_path)
    found, runs = {}, set()
    for file in sorted(tmp_path.glob("wandb/offline-run-*/*.wandb")):
        for record in wandb_records(file):
            runs |= {record.run.run_id} - {""}
            values = {item.key or item.nested_key[0]: json.loads(item.value_json) for item in record.history.item}
            for name in EXPECTED.keys() & values.keys():
                found.setdefault(name, []).append((values["_step"], values[name]))
    assert_expected(found)
    assert len(runs) == 1


def wandb_records(file):
    """The records of an offline run: a LevelDB log after seven bytes, pieces of at most a block of 32 KiB."""
    from wandb.proto import wandb_internal_pb2

    raw, place, whole = file.read_bytes(), 7, b""
    assert raw[:4] == b":W&B"
    while place + 7 <= len(raw):
        if (left := 32768 - place % 32768) < 7:
            place += left
            continue
        length, kind = struct.unpack_from("<HB", raw, place + 4)
        whole += raw[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in (1, 4):  # the whole, or its last piece
            record = wandb_internal_pb2.Record()
            record.ParseFromString(whole)
            whole = b""
            yield record


def test_trackio_has_every_point_once(tmp_path, monkeypatch):
    if importlib.util.find_spec("trackio") is None:
        pytest.skip("trackio is not installed: it needs another pillow than constraints.txt pins (dulcet[trackio])")
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))  # read when trackio is imported
    interrupted_session("trackio", tmp_path)
    (database,) = (tmp_path / "trackio").glob("dulcet*.db")
    with sqlite3.connect(database) as connection:
        rows = list(connection.execute("SELECT run_name, step, metrics FROM metrics ORDER BY step, id"))
    assert len({name for name, _, _ in rows}) == 1
    assert_expected({name: [(step, json.loads(text)[name]) for _, step, text in rows] for name in EXPECTED})


class Notebook(Sent):
    name = "notebook"
    written: list

    def _start(self, folder, label, config):
        pass

    def _send(self, step, values):
        self.written.append((step, values["train/loss"]))

    def close(self):
        pass


def test_what_was_sent_is_not_sent_again_and_what_was_not_is_made_up_for(tmp_path, monkeypatch):
    monkeypatch.setitem(trackers.OPEN, "notebook", Notebook)
    monkeypatch.setattr(trackers, "installed", lambda package: True)
    monkeypatch.setattr(Notebook, "written", [], raising=False)
    file = metrics_file(tmp_path, 3)  # steps that were taken before anybody asked for this tracker
    track("notebook", file, new=[4, 5])
    file.forget_after(3)
    track("notebook", file, new=[4, 5, 6])
    assert Notebook.written == [(n, 1 / n) for n in range(1, 7)]
    assert json.loads((tmp_path / "notebook.json").read_text())["step"] == 6


def test_what_was_asked_for_and_is_missing_is_one_line_that_names_the_extra(monkeypatch):
    monkeypatch.setattr(trackers, "installed", lambda package: False)
    for name in ("tensorboard", "wandb", "trackio"):
        with pytest.raises(MissingDependencyError, match=rf"pip install 'dulcet\[{name}\]'"):
            chosen([name])


def test_without_tensorboard_it_is_said_once(monkeypatch, caplog):
    trackers.said_to_be_missing.cache_clear()
    monkeypatch.setattr(trackers, "installed", lambda package: False)
    with caplog.at_level(logging.WARNING):
        assert (chosen(None), chosen(None)) == ([], [])
    assert caplog.text.count("TensorBoard is not installed") == 1


def test_the_default_is_tensorboard_and_none_at_all_can_be_asked_for(monkeypatch):
    monkeypatch.setattr(trackers, "installed", lambda package: True)
    assert chosen(None) == ["tensorboard"]
    assert chosen([]) == []
    assert chosen(["wandb", "tensorboard", "wandb"]) == ["wandb", "tensorboard"]


def test_names_are_grouped():
    assert (tag("loss"), tag("held_out_loss")) == ("train/loss", "held_out/loss")


def test_where_it_is_shown_does_not_change_what_the_training_is():
    assert TrainConfig(log_to=("wandb",)).identity == TrainConfig().identity
