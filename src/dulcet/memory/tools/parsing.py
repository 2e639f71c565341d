"""From what a model writes to calls: JSON as we ask for it, and the ways in which small models miss it.

Read as calls: one object or several, alone, in a list, in a code fence or in <tool_call> tags; the tool's name under
`tool`, `name`, `function` or `function_call`; arguments under `arguments`, `parameters` or `args`, as an object or as
JSON text; and what the package json-repair can mend (a missing bracket, single quotes, a trailing comma). What was cut
off at the token limit is never mended: half an argument would be stored as a whole one.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from dulcet.errors import MissingDependencyError
from dulcet.memory.items import Call, clean
from dulcet.memory.tools.errors import CallError

_NAMES = ("tool", "name", "function", "function_call", "tool_name")
_ARGUMENTS = ("arguments", "parameters", "args", "params", "input")
_THOUGHTS = ("thoughts", "thought", "inner_thoughts", "reasoning")
_OBJECT = re.compile(r"[\[{]")
_BEGINS = re.compile(r"\s*(?:```\w*\s*|<tool_call>\s*)?[\[{]")
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True)
class Reading:
    """A completion taken apart: `plain` is its text where it is no call and no thoughts in the JSON form."""

    thoughts: str = ""
    calls: tuple[Call, ...] = ()
    plain: str = ""


def read_calls(text: str, names: Collection[str], *, whole: bool = True) -> Reading:
    """Take a completion apart. A JSON object with thoughts and no call is a thought.

    Inside other text only the tools in `names` count as calls: code may hold any JSON. `whole`: the completion was not
    cut at the token limit. Raises CallError where a call begins that cannot be read.
    """
    opens = bool(_BEGINS.match(text))
    outside, values = _values(text)
    found = [call for value in values for call in _calls(value) if opens or call.name in names]
    thoughts = "\n".join(filter(None, [outside, *map(_thoughts, values)]))
    if found or (opens and whole and any(map(_thoughts, values))):
        return Reading(thoughts, tuple(found))
    if not opens and not any(f'"{name}"' in text for name in names):
        return Reading(plain=clean(text.strip()))
    if not whole:
        raise CallError("cut_off", "Your message was cut off at the token limit. Write a shorter one.")
    mended = _mended(text)
    if calls := tuple(_calls(mended)):
        return Reading(_thoughts(mended), calls)
    form = '{"tool": "send_message", "arguments": {"message": "..."}}'
    raise CallError("not_json", f"This is no call. Write one JSON object such as {form}")


def parse_arguments(text: str) -> dict[str, Any]:
    """The arguments of a native call, which servers send as JSON text. Raises CallError where it is no object."""
    try:
        value = clean(_DECODER.decode(text.strip() or "{}"))
    except ValueError:
        value = _mended(text)
    if not isinstance(value, dict):
        raise CallError("not_json", "The arguments are not a JSON object.")
    return value


def _values(text: str) -> tuple[str, list[Any]]:
    """(what stands outside, the JSON objects and lists) of a text."""
    values, outside, place = [], [], 0
    while match := _OBJECT.search(text, place):
        try:
            value, end = _DECODER.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            outside.append(text[place : match.end()])
            place = match.end()
            continue
        outside.append(text[place : match.start()])
        values.append(clean(value))
        place = end
    rest: str = clean("".join([*outside, text[place:]]))
    return re.sub(r"```\w*|</?tool_call>", "", rest).strip(" \n\t,;"), values


def _calls(value: Any) -> Iterator[Call]:
    if isinstance(value, list):
        for one in value:
            yield from _calls(one)
        return
    if not isinstance(value, dict):
        return
    inner = next((value[key] for key in ("calls", "tool_calls") if isinstance(value.get(key), list)), None)
    if inner is not None:
        yield from _calls(inner)
        return
    named = next((value[key] for key in _NAMES if value.get(key)), None)
    if isinstance(named, dict):  # {"function": {"name": ..., "arguments": ...}}
        yield from _calls(named)
    elif isinstance(named, str):
        yield Call("", named.strip(), _arguments(value))


def _arguments(value: dict[str, Any]) -> dict[str, Any]:
    given = next((value[key] for key in _ARGUMENTS if key in value), None)
    if isinstance(given, str):
        try:
            given = clean(_DECODER.decode(given))
        except ValueError:
            return {}
    if isinstance(given, dict):
        return given
    taken = (*_NAMES, *_ARGUMENTS, *_THOUGHTS, "id", "type")
    return {key: inner for key, inner in value.items() if key not in taken}


def _thoughts(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return next((value[key] for key in _THOUGHTS if isinstance(value.get(key), str)), "")


def _mended(text: str) -> Any:
    """What json-repair makes of the text from its first bracket on."""
    try:
        import json_repair
    except ModuleNotFoundError as error:
        raise MissingDependencyError("json-repair", "memory") from error
    start = _OBJECT.search(text)
    return clean(json_repair.loads(text[start.start() :])) if start else None
