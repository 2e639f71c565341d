"""One browser for all who look at pages, and the paper's measure on what it draws."""

import asyncio
import io
import json

import pytest

from dulcet.benchmarks.frontend import shared
from dulcet.benchmarks.frontend.grader import PageGrader
from dulcet.benchmarks.frontend.measure import VARIABLE
from dulcet.benchmarks.frontend.pictures import MOST_HEIGHT, WIDTH, pictures
from dulcet.benchmarks.frontend.shared import SharedBrowser
from dulcet.errors import InputError
from tests.benchmarks.frontend.eyes import needs_browser
from tests.scripted import make_page_task

pytestmark = needs_browser


async def test_all_look_through_one_browser_and_the_last_one_closes_it():
    one, other = SharedBrowser(), SharedBrowser()
    drawn = await asyncio.gather(*(eyes.render("<p>Hello</p>") for eyes in (one, other)))
    assert drawn[0] is drawn[1]  # drawn once
    running = shared._RUNNING[asyncio.get_running_loop()]
    assert running.users == 2
    await one.close()
    await one.close()
    assert running.users == 1 and await other.render("<p>Hello</p>") is drawn[0]
    await other.close()
    assert running.users == 0 and running.browser is None
    assert (await one.render("<p>Again</p>")).png
    await one.close()


def test_pictures_are_small_and_only_of_pages():
    long = "<html><body>" + "<p>line</p>" * 300 + "</body></html>"
    drawn = pictures(["hero red | Hello", long, "Which colour?", "hero red | Hello"])
    assert list(drawn) == ["hero red | Hello", long]
    from PIL import Image

    with Image.open(io.BytesIO(drawn[long])) as picture:
        assert picture.size == (WIDTH, MOST_HEIGHT)
    assert all(len(png) < 60_000 for png in drawn.values())


async def test_the_paper_s_measure_sees_a_black_square_where_there_is_no_page(tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="torch is not installed: pip install 'dulcet[local]'")
    make_tiny_clip(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    task = make_page_task()
    async with PageGrader("paper") as grader:
        itself = await grader.agrade(task, task.hidden)
        other = await grader.agrade(task, "hero red large | Hello")
        nothing = await grader.agrade(task, "No answer")
    assert (itself.tests_passed, itself.success) == (1.0, True)
    assert 0 <= other.tests_passed < 1
    assert nothing.outcome == "no_page" and not nothing.success and 0 <= nothing.tests_passed < 1


def test_without_weights_the_paper_s_measure_says_what_it_needs(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(InputError, match="DULCET_CLIP: the released measure needs a CLIP model"):
        PageGrader("paper")


def make_tiny_clip(folder):
    import torch
    from transformers import CLIPConfig, CLIPModel

    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = sizes | {"vocab_size": 32, "max_position_embeddings": 8, "eos_token_id": 1, "bos_token_id": 0}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        vision = sizes | {"image_size": 32, "patch_size": 16}
        model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=8))
    model.save_pretrained(folder)
    settings = {"image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.25, 0.3]}
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
