import json
import shutil

import pytest

from dulcet.errors import InputError
from dulcet.models.loading import adapter_base, load_model, load_tokenizer, resolve_device, resolve_dtype, weights_hash
from tests.tiny import make_tiny_llama


@pytest.fixture
def copy(tiny, tmp_path):
    return shutil.copytree(tiny, tmp_path / "copy")


@pytest.fixture
def adapter(tiny, tmp_path):
    import torch
    from peft import LoraConfig, get_peft_model

    model = get_peft_model(load_model(tiny, "cpu"), LoraConfig(r=4, target_modules=["q_proj", "v_proj"]))
    torch.manual_seed(1)
    for name, tensor in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(tensor, std=0.1)
    model.save_pretrained(tmp_path / "adapter")
    load_tokenizer(tiny).save_pretrained(tmp_path / "adapter")
    return tmp_path / "adapter"


def test_a_folder_that_is_not_there(tmp_path):
    for load in (load_tokenizer, load_model, weights_hash):
        with pytest.raises(InputError, match=r"absent.*does not exist"):
            load(tmp_path / "absent")


def test_a_file_is_not_a_folder(copy):
    with pytest.raises(InputError, match="is a file"):
        load_model(copy / "config.json")


def test_a_folder_without_a_tokenizer(copy):
    for file in copy.glob("tokenizer*"):
        file.unlink()
    with pytest.raises(InputError, match="no tokenizer"):
        load_tokenizer(copy)


def test_a_broken_tokenizer(copy):
    (copy / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match="tokenizer cannot be loaded"):
        load_tokenizer(copy)


def test_a_tokenizer_without_a_chat_template(copy):
    (copy / "chat_template.jinja").unlink()
    with pytest.raises(InputError, match="no chat template"):
        load_tokenizer(copy)


@pytest.mark.parametrize(
    ("file", "says"), [("config.json", r"no model \(config.json\)"), ("model.safetensors", "no weights")]
)
def test_a_folder_without(copy, file, says):
    (copy / file).unlink()
    with pytest.raises(InputError, match=says):
        load_model(copy)


def test_weights_that_were_cut_off(copy):
    file = copy / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(InputError, match="the model cannot be loaded") as raised:
        load_model(copy, "cpu")
    assert "\n" not in str(raised.value)


def test_weights_that_lack_a_tensor(copy):
    from safetensors.torch import load_file, save_file

    weights = load_file(copy / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"lack 1 tensors.*up_proj"):
        load_model(copy, "cpu")


def test_weights_of_another_shape(copy):
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"intermediate_size": 64}))
    with pytest.raises(InputError, match="the model cannot be loaded"):
        load_model(copy, "cpu")


def test_an_adapter_brings_its_base(adapter, tiny):
    import torch

    ids = torch.arange(3, 40)[None]
    with torch.no_grad():
        base, adapted, merged = (
            model(ids).logits
            for model in (load_model(tiny, "cpu"), load_model(adapter, "cpu"), load_model(adapter, "cpu", merge=True))
        )
    assert not torch.allclose(base, adapted, atol=1e-3) and torch.allclose(adapted, merged, atol=1e-4)
    assert adapter_base(adapter) == str(tiny) and adapter_base(tiny) is None


def test_an_adapter_whose_base_is_gone(adapter):
    config = json.loads((adapter / "adapter_config.json").read_text())
    (adapter / "adapter_config.json").write_text(json.dumps(config | {"base_model_name_or_path": "./gone"}))
    with pytest.raises(InputError, match=r"gone.*does not exist"):
        load_model(adapter)


def test_the_hash_follows_the_weights(tiny, copy, adapter, tmp_path):
    other = make_tiny_llama(tmp_path / "other", seed=1)
    hashes = [weights_hash(folder) for folder in (tiny, copy, other, adapter)]
    assert hashes[0] == hashes[1] and len(set(hashes)) == 3 and all(len(text) == 16 for text in hashes)
    shutil.copy(other / "model.safetensors", copy / "model.safetensors")
    assert weights_hash(copy) == weights_hash(other)


def test_devices_and_number_formats():
    assert resolve_device("cpu") == "cpu" and resolve_dtype("auto", "cpu") == "float32"
    assert resolve_dtype("auto", "cuda") == "bfloat16" and resolve_dtype("float16", "cpu") == "float16"
    with pytest.raises(InputError, match="device"):
        resolve_device("teapot")
    with pytest.raises(InputError, match="int3"):
        resolve_dtype("int3", "cpu")
