"""Beside each file of episodes lies what made it: FILE.config.json. A file is only continued with the same config."""

import json
from pathlib import Path
from typing import Any

from dulcet.errors import InputError
from dulcet.jsonl import write_json


def config_path(out: Path) -> Path:
    """Where the config of the episodes in `out` lies."""
    return out.with_name(f"{out.name}.config.json")


def hold_to_config(out: Path, config: dict[str, Any]) -> None:
    """Write the config beside a new file; raise InputError naming the first field in which an existing one differs."""
    path, config = config_path(out), json.loads(json.dumps(config))
    if not path.exists():
        if out.exists() and out.stat().st_size:
            do = "Write to another file."
            raise InputError(f"its config ({path.name}) is missing, so it cannot be continued", where=str(out), do=do)
        write_json(path, config)
        return
    try:
        made = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        do = f"Move it and {out.name} away."
        raise InputError(f"cannot be read ({error})", where=str(path), do=do) from error
    if (difference := first_difference(made, config)) is not None:
        field, before, now = difference
        what = f"was made with {field} = {json.dumps(before)}, and now it is {json.dumps(now)}"
        raise InputError(what, where=str(out), do="Use the same options, or write to another file.")


def first_difference(before: Any, now: Any, field: str = "") -> tuple[str, Any, Any] | None:
    """(dotted name, before, now) of the first leaf in which two configs differ; None if they are the same."""
    if not (isinstance(before, dict) and isinstance(now, dict)):
        return None if before == now else (field, before, now)
    for key in [*before, *(key for key in now if key not in before)]:
        name = f"{field}.{key}" if field else key
        if (found := first_difference(before.get(key), now.get(key), name)) is not None:
            return found
    return None
