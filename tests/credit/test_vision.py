"""The critic with eyes: a real, tiny vision-language model; pictures are painted here, so that no browser is needed."""

import io
import json

import pytest

pytest.importorskip("torch", reason="torch is not installed: pip install 'dulcet[local]'")
pytest.importorskip("PIL", reason="PIL is not installed: pip install 'dulcet[frontend]'")

import torch
from PIL import Image

from dulcet.benchmarks.open import open_benchmark
from dulcet.credit.base import ScoreRequest
from dulcet.credit.head import TurnPair
from dulcet.credit.head.linear import HEAD
from dulcet.credit.head.objectives import Regression
from dulcet.credit.open import open_critic
from dulcet.credit.vision import VisionCritic, VisionTraining, train_vision_critic
from dulcet.credit.vision.model import ValueModel
from dulcet.credit.vision.passes import VisionPasses
from dulcet.credit.vision.reading import contents, encode
from dulcet.errors import InputError
from dulcet.recipes.base import Ingredients
from dulcet.recipes.methods import make_method
from dulcet.trajectory import Grade, Outcome, Trajectory, Turn
from tests.credit.vision_models import make_tiny_eyes
from tests.scripted import make_page_task, make_task

COLOURS = ("red", "green", "blue", "white")


def look(sources):
    """A source such as `page red` shows a red page."""
    pictures = {}
    for source in sources:
        name = source.split()[-1]
        if name in COLOURS:
            out = io.BytesIO()
            Image.new("RGB", (80, 60), name).save(out, "PNG")
            pictures[source] = out.getvalue()
    return pictures


def asked(target, *candidates, said="Please make a page."):
    return ScoreRequest(({"role": "user", "content": said},), f"page {target}", candidates, f"task {target}")


@pytest.fixture(scope="module")
def eyes(tmp_path_factory):
    return make_tiny_eyes(tmp_path_factory.mktemp("eyes"))


@pytest.fixture
def model(eyes):
    made = ValueModel(eyes, "cpu")
    torch.manual_seed(1)
    torch.nn.init.normal_(made.head.weight)
    return made


def values(model, *requests):
    read = [content for one in requests for content in contents(one, look([one.hidden, *one.candidates]))]
    with torch.no_grad():
        return model.values(encode(model.processor, read))


def test_the_value_is_the_head_of_the_mean_over_words_and_pictures(model):
    one = asked("red", "page blue")
    inputs = encode(model.processor, contents(one, look([one.hidden, "page blue"])))
    hidden_BTH = model.body(**inputs).last_hidden_state
    assert int((inputs["input_ids"] == model.body.config.image_token_id).sum()) == 32  # both pictures are in it
    expected = (hidden_BTH[0].mean(0) @ model.head.weight[0] + model.head.bias[0]).detach()
    assert values(model, one)[0] == pytest.approx(float(expected), abs=1e-5)


def test_padding_is_never_counted(model):
    short, long = asked("red", "page blue"), asked("red", "page blue", said="Please make a page. " * 20)
    alone = [values(model, short)[0], values(model, long)[0]]
    assert values(model, short, long).tolist() == pytest.approx([float(value) for value in alone], abs=1e-5)


def test_it_sees_the_target_the_page_and_the_words(model):
    first = values(model, asked("red", "page blue"))
    for other in (asked("green", "page blue"), asked("red", "page white"), asked("red", "page blue", said="Hello.")):
        assert abs(float(values(model, other)[0] - first[0])) > 1e-4


def test_a_candidate_without_a_page_is_read_and_a_target_that_cannot_be_drawn_is_an_error(model):
    assert torch.isfinite(values(model, asked("red", "Which colour?"))).all()
    with pytest.raises(InputError, match="page in mind"):
        contents(ScoreRequest((), "nothing to see", ("page red",)), {})


def pairs():
    """A red page is the better one, whatever is wanted."""
    return [
        TurnPair((asked(target, "page red"),), (asked(target, worse),))
        for target in COLOURS[:3]
        for worse in ("page green", "Which?")
    ]


def test_it_learns_which_episode_was_better_and_is_found_again(eyes, tmp_path):
    config = VisionTraining(base=str(eyes), lr=1e-2, batch=2, epochs=10, beta=1.0, bf16=False, log_to=())
    folder = train_vision_critic(pairs(), look, config, tmp_path, device="cpu")
    rows = metrics(tmp_path)
    assert [row["step"] for row in rows] == list(range(1, 21))  # of three tasks one is held out
    assert rows[0]["loss"] == pytest.approx(0.6931, abs=1e-3) and rows[-1]["loss"] < 0.6 * rows[0]["loss"]
    assert rows[-1]["accuracy"] == rows[-1]["held_out_accuracy"] == 1
    assert train_vision_critic(pairs(), None, config, tmp_path, device="cpu") == folder  # finished: nothing is drawn
    with pytest.raises(InputError, match="another training"):
        train_vision_critic(pairs()[:4], look, config, tmp_path, device="cpu")
    critic = open_critic(folder, eyes, look=look, device="cpu", max_tokens=512)
    assert isinstance(critic, VisionCritic) and critic.identity["kind"] == "vision"
    (row,) = critic.advantages([asked("white", "page red", "page green", "Which?")])
    assert row[0] > max(row[1:])


def test_a_step_s_gradient_is_that_of_the_whole_loss(model):
    """Turn by turn with the derivative of the loss by each value is the same as all at once."""
    first = TurnPair((asked("red", "page red"), asked("red", "page blue")), (asked("red", "page white"),))
    two = [first, TurnPair((asked("blue", "page red"),), (asked("blue", "Which?"),))]
    pictures = look(["page red", "page blue", "page white"])
    row, tokens = VisionPasses(two, Regression(beta=0.7), model, pictures).run([0, 1], backward=True)
    found = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    losses = []
    for pair in two:
        sums = [
            sum(model.values(encode(model.processor, contents(one, pictures))).sum() for one in side)
            for side in (pair.chosen, pair.rejected)
        ]
        losses.append(torch.nn.functional.softplus(-0.7 * (sums[0] - sums[1])))
    loss = sum(losses) / 2
    loss.backward()
    assert row["loss"] == pytest.approx(float(loss.detach()), abs=1e-6) and tokens["tokens"] > 100
    for name, parameter in model.named_parameters():
        assert (parameter.grad is None) == (name not in found)
        assert parameter.grad is None or torch.allclose(parameter.grad, found[name], atol=1e-6), name


def test_an_interrupted_training_ends_with_the_bits_of_one_that_was_not(eyes, tmp_path, monkeypatch):
    config = VisionTraining(base=str(eyes), lr=1e-2, batch=2, epochs=2, bf16=False, log_to=(), save_every_steps=1)
    whole = train_vision_critic(pairs(), look, config, tmp_path / "whole", device="cpu")
    run, calls = VisionPasses.run, []

    def dies(self, *given, **options):
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return run(self, *given, **options)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(VisionPasses, "run", dies)
        train_vision_critic(pairs(), look, config, tmp_path / "broken", device="cpu")
    assert [row["step"] for row in metrics(tmp_path / "broken")] == [1]
    broken = train_vision_critic(pairs(), look, config, tmp_path / "broken", device="cpu")
    for name in ("model.safetensors", HEAD):
        assert (broken / name).read_bytes() == (whole / name).read_bytes()
    assert [row["loss"] for row in metrics(tmp_path / "broken")] == [row["loss"] for row in metrics(tmp_path / "whole")]


def metrics(out):
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


def test_nothing_to_learn_from_is_said(eyes, tmp_path):
    with pytest.raises(InputError, match="no pairs"):
        train_vision_critic([], look, VisionTraining(base=str(eyes)), tmp_path / "none", device="cpu")


def test_the_method_takes_it_for_pages_and_refuses_it_for_functions(eyes, tmp_path, monkeypatch):
    """`[vision]` in the settings of SWEET-RL, on two episodes of a page; what a browser would draw is painted."""
    benchmark = type(open_benchmark("frontend"))
    monkeypatch.setattr(benchmark, "pictures", lambda self, wanted: look(wanted))
    task = make_page_task().model_copy(update={"hidden": "page red"})
    runs = [played(0, "page green", 0.2), played(1, "page red", 1.0)]
    method = make_method("sweet_rl", vision={"base": str(eyes), "batch": 1, "epochs": 1, "log_to": ()})
    folder = method.train_critic(Ingredients("house", {task.id: task}, runs, "Be a designer.", tmp_path, device="cpu"))
    assert (folder / HEAD).is_file() and folder == tmp_path / "critic" / "model"
    functions = Ingredients("house", {"t0": make_task()}, [], "", tmp_path / "no", device="cpu")
    with pytest.raises(InputError, match="cannot be looked at"):
        method.train_critic(functions)
    blind = make_method("sweet_rl", vision={"base": str(eyes)}, hidden=False)
    with pytest.raises(InputError, match="sees the page in mind"):
        blind.train_critic(Ingredients("house", {task.id: task}, runs, "", tmp_path / "blind", device="cpu"))


def played(number, said, reward):
    turn = Turn(raw=said, content=said)
    grade = Grade(tests_passed=reward, success=reward == 1, outcome="alike")
    return Trajectory(
        task_id="p0", episode=number, prompt="Please make a page.", turns=(turn,), outcome=Outcome.ANSWERED, grade=grade
    )
