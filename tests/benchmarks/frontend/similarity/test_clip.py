"""CLIP and SigLIP models made here, tiny and random: tested is what they are given, and what is done with it."""

import json

import numpy as np
import pytest

from dulcet.benchmarks.frontend.similarity.clip import ClipSimilarity
from dulcet.errors import InputError
from tests.benchmarks.frontend.similarity.drawn import BLUE, block, example, page

pytest.importorskip("transformers", reason="transformers is not installed: pip install 'dulcet[local]'")
MEAN, STD = [0.5, 0.4, 0.3], [0.2, 0.25, 0.3]
SIZES = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
VISION = SIZES | {"image_size": 32, "patch_size": 16}


@pytest.fixture(scope="module", params=["clip", "siglip"])
def folder(request, tmp_path_factory):
    import torch
    from transformers import CLIPConfig, CLIPModel, SiglipConfig, SiglipModel

    torch.manual_seed(0)
    place = tmp_path_factory.mktemp(request.param)
    text = SIZES | {"vocab_size": 32, "max_position_embeddings": 8, "eos_token_id": 1, "bos_token_id": 0}
    if request.param == "clip":
        model = CLIPModel(CLIPConfig(text_config=text, vision_config=VISION, projection_dim=8))
    else:
        model = SiglipModel(SiglipConfig(text_config=text, vision_config=VISION))
    model.save_pretrained(place)
    (place / "preprocessor_config.json").write_text(json.dumps({"image_mean": MEAN, "image_std": STD}))
    return place


def test_the_cosine_of_two_pages(folder):
    eyes = ClipSimilarity(folder)
    one, other = example(), page(block(width=1200, height=600, color=BLUE))
    assert eyes.similarity(one, one) == 1.0
    assert eyes.similarity(one, other) == pytest.approx(eyes.similarity(other, one))
    assert -1 <= eyes.similarity(one, other) < 1
    assert eyes.identity["crop"] is True


def test_the_crop_sees_the_middle_and_the_other_way_the_whole(folder):
    high = page(block(y=0, height=700, width=1280, x=0, color=BLUE), height=3600)  # a bar above the middle square
    low = page(height=3600)
    cropped, whole = ClipSimilarity(folder), ClipSimilarity(folder, crop=False)
    assert np.array_equal(cropped.pixels(high), cropped.pixels(low))
    assert not np.array_equal(whole.pixels(high), whole.pixels(low))


def test_the_pixels_are_those_of_the_models_own_preprocessing(folder):
    from PIL import Image
    from transformers import CLIPImageProcessor

    from dulcet.benchmarks.frontend.similarity.pixels import decode

    rendered = example()
    own = CLIPImageProcessor(
        size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}, image_mean=MEAN, image_std=STD
    )
    expected = np.asarray(own(Image.fromarray(decode(rendered.png)), return_tensors="np")["pixel_values"][0])
    assert ClipSimilarity(folder).pixels(rendered) == pytest.approx(expected, abs=0.05)


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(InputError, match=r"preprocessor_config\.json"):
        ClipSimilarity(tmp_path)
