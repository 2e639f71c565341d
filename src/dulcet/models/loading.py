"""A tokenizer and a causal language model from a folder or from the Hugging Face hub, or one line that says why not.

A folder may hold a whole model or a PEFT adapter (`adapter_config.json`), whose base is loaded first. torch,
transformers and peft are imported when something is loaded.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from dulcet.errors import InputError, MissingDependencyError
from dulcet.models.runtime import prepare_torch

ADAPTER_CONFIG = "adapter_config.json"
DTYPES = ("auto", "float32", "bfloat16", "float16")
_WEIGHTS = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
    "adapter_model.safetensors",
    "adapter_model.bin",
)
_LOADING_ERRORS = (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, ImportError)


def load_tokenizer(path: str | Path) -> Any:
    """The tokenizer (a PreTrainedTokenizerBase) of a folder or hub name, with a chat template.

    Raises InputError where the folder, the tokenizer or its chat template is missing or broken.
    """
    prepare_torch()
    from transformers import AutoTokenizer

    source = _source(path)
    _require(source, ("tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.json"), "no tokenizer")
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
    except _LOADING_ERRORS as error:
        raise _broken("the tokenizer cannot be loaded", source, error) from error
    if not tokenizer.chat_template:
        do = "Use a model made for conversation, or save one as chat_template.jinja beside its tokenizer."
        raise InputError("the tokenizer has no chat template", where=source, do=do)
    return tokenizer


def load_model(
    path: str | Path, device: str = "auto", dtype: str = "auto", *, attention: str | None = None, merge: bool = False
) -> Any:
    """The causal language model (a PreTrainedModel in evaluation mode) of a folder or hub name.

    An adapter's folder gives a PeftModel over its base, or with `merge` the base with the adapter added in.
    `attention` is transformers' `attn_implementation`. `dtype` "auto" is float32 on a CPU and bfloat16 elsewhere.
    Raises InputError where the folder, its configuration or its weights are missing or broken.
    """
    source = _source(path)
    if (Path(source) / ADAPTER_CONFIG).is_file():
        return _load_adapter(Path(source), device, dtype, attention, merge)
    _require(source, ("config.json",), "no model (config.json)")
    _require(source, _WEIGHTS, "no weights (model.safetensors)")
    torch = prepare_torch()
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM

    where = resolve_device(device)
    options: dict[str, Any] = {"dtype": getattr(torch, resolve_dtype(dtype, where)), "output_loading_info": True}
    if attention is not None:
        options["attn_implementation"] = attention
    try:
        model, info = AutoModelForCausalLM.from_pretrained(source, **options)
    except (*_LOADING_ERRORS, SafetensorError) as error:
        raise _broken("the model cannot be loaded", source, error) from error
    if missing := sorted(info["missing_keys"]):  # transformers would fill them with random numbers
        what = f"the weights lack {len(missing)} tensors, '{missing[0]}' among them"
        raise InputError(what, where=source, do="Save the model again, whole.")
    return _place(model, where)


def resolve_device(device: str) -> str:
    """The device meant by "auto" (a GPU where there is one), or `device` itself. Raises InputError if absent."""
    torch = prepare_torch()
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        do = "Use --device cpu or auto."
        raise InputError(f"the device '{device}' is not available here", where="device", do=do) from error
    return device


def resolve_dtype(dtype: str, device: str) -> str:
    """The number format meant by "auto" on `device`, or `dtype` itself. Raises InputError for an unknown one."""
    if dtype not in DTYPES:
        raise InputError(f"'{dtype}' is not one of {', '.join(DTYPES)}", where="dtype")
    if dtype != "auto":
        return dtype
    return "float32" if device in ("cpu", "mps") else "bfloat16"


def weights_hash(folder: str | Path) -> str:
    """First 16 hexadecimal digits of the SHA-256 over a folder's weights and configuration, read once per change.

    For an adapter the base's files count too where they lie in a folder. Raises InputError for a missing folder.
    """
    path = Path(folder)
    if not path.is_dir():
        raise InputError("the folder does not exist", where=str(folder), do="Check the path of the model.")
    files = sorted(file for file in path.iterdir() if file.suffix in (".safetensors", ".bin") or _is_config(file))
    stamp = tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    own = _hash_files(stamp)
    base = adapter_base(path)
    if base is None or not Path(base).is_dir():
        return own
    return hashlib.sha256(f"{weights_hash(base)}{own}".encode()).hexdigest()[:16]


def adapter_base(folder: Path) -> str | None:
    """What the adapter in `folder` was trained on (a path or a hub name); None where it holds no adapter.

    A relative path is looked for beside the working folder first, then beside the adapter.
    """
    file = folder / ADAPTER_CONFIG
    if not file.is_file():
        return None
    try:
        base = json.loads(file.read_text("utf-8"))["base_model_name_or_path"]
    except (ValueError, KeyError) as error:
        raise InputError("the adapter does not name its base model", where=str(file)) from error
    beside = (folder / str(base)).resolve()
    return str(beside) if not Path(base).is_dir() and beside.is_dir() else str(base)


def _load_adapter(folder: Path, device: str, dtype: str, attention: str | None, merge: bool) -> Any:
    base = load_model(adapter_base(folder) or "", device, dtype, attention=attention)
    _require(str(folder), ("adapter_model.safetensors", "adapter_model.bin"), "no weights (adapter_model.safetensors)")
    try:
        from peft import PeftModel
    except ModuleNotFoundError as error:
        raise MissingDependencyError("peft", "local") from error
    try:
        model = PeftModel.from_pretrained(base, str(folder))
    except _LOADING_ERRORS as error:
        raise _broken("the adapter cannot be loaded", str(folder), error) from error
    return (model.merge_and_unload() if merge else model).eval()


def _place(model: Any, device: str) -> Any:
    torch = prepare_torch()
    try:
        return model.to(device).eval()
    except torch.OutOfMemoryError as error:
        raise InputError(f"the model does not fit the memory of '{device}'", do="Use a smaller one.") from error


def _source(path: str | Path) -> str:
    """A folder that exists, or a hub name; what looks like neither raises."""
    text = str(path)
    if Path(text).is_dir():
        return text
    if Path(text).exists():
        raise InputError("is a file, not a model's folder", where=text)
    looks_like_hub = not isinstance(path, Path) and text.count("/") == 1 and not text.startswith((".", "/", "~"))
    if not looks_like_hub:
        do = "Give a folder written by save_pretrained, or a hub name such as owner/model."
        raise InputError("the model's folder does not exist", where=text, do=do)
    return text


def _require(source: str, names: tuple[str, ...], what: str) -> None:
    folder = Path(source)
    if not folder.is_dir() or any((folder / name).is_file() for name in names):
        return
    inner = next((file.parent for file in sorted(folder.glob("*/*")) if file.name in names), None)
    do = f"Did you mean {inner}?" if inner else "Write the model there with save_pretrained."
    raise InputError(f"the folder holds {what}", where=source, do=do)


def _broken(what: str, source: str, error: BaseException) -> InputError:
    reason = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return InputError(f"{what} ({reason[:200].rstrip('.')})", where=source)


def _is_config(file: Path) -> bool:
    return file.name in ("config.json", ADAPTER_CONFIG)


@cache
def _hash_files(stamp: tuple[tuple[str, int, int], ...]) -> str:
    """`stamp` is (path, time of change in ns, bytes) of each file: what the cache goes by."""
    digest = hashlib.sha256()
    for name, _, _ in stamp:
        digest.update(Path(name).name.encode())
        if Path(name).name == ADAPTER_CONFIG:
            digest.update(_adapter_settings(Path(name)))
            continue
        with Path(name).open("rb") as file:
            while piece := file.read(1 << 24):
                digest.update(piece)
    return digest.hexdigest()[:16]


def _adapter_settings(file: Path) -> bytes:
    """An adapter's settings in one order, without the place of its base: peft writes its sets as they come."""
    settings = json.loads(file.read_text("utf-8"))
    settings.pop("base_model_name_or_path", None)
    plain = {key: sorted(value, key=str) if isinstance(value, list) else value for key, value in settings.items()}
    return json.dumps(plain, sort_keys=True).encode()
