"""What models write in place of the JSON that was asked for, and what is made of it."""

import pytest

from dulcet.memory.tools.errors import CallError
from dulcet.memory.tools.parsing import parse_arguments, read_calls

NAMES = ["send_message", "archival_memory_search"]
HI = ("send_message", {"message": "Hi"})

FORMS = {
    "as asked": '{"thoughts": "hm", "tool": "send_message", "arguments": {"message": "Hi"}}',
    "in a fence": '```json\n{"tool": "send_message", "arguments": {"message": "Hi"}}\n```',
    "in tags": '<tool_call>\n{"name": "send_message", "arguments": {"message": "Hi"}}\n</tool_call>',
    "after words": 'I will say hi.\n{"tool": "send_message", "arguments": {"message": "Hi"}}',
    "as OpenAI's": '{"function": {"name": "send_message", "arguments": "{\\"message\\": \\"Hi\\"}"}}',
    "under parameters": '{"function": "send_message", "parameters": {"message": "Hi"}}',
    "in a list": '[{"tool": "send_message", "args": {"message": "Hi"}}]',
    "in tool_calls": '{"tool_calls": [{"name": "send_message", "arguments": {"message": "Hi"}}]}',
    "flat": '{"tool": "send_message", "message": "Hi"}',
    "single quotes": "{'tool': 'send_message', 'arguments': {'message': 'Hi'}}",
    "a bracket too few": '{"tool": "send_message", "arguments": {"message": "Hi"}',
    "a comma too many": '{"tool": "send_message", "arguments": {"message": "Hi",},}',
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_ways_of_writing_one_call(text):
    (call,) = read_calls(text, NAMES).calls
    assert (call.name, call.arguments) == HI


def test_several_calls_and_the_thoughts_around_them():
    text = (
        'First.\n{"thoughts": "then", "tool": "archival_memory_search", "arguments": {"query": "a"}}\n' + FORMS["flat"]
    )
    read = read_calls(text, NAMES)
    assert [call.name for call in read.calls] == ["archival_memory_search", "send_message"]
    assert read.thoughts == "First.\nthen"


def test_thoughts_alone_are_no_message():
    read = read_calls('{"thoughts": "Nothing to do."}', NAMES)
    assert (read.thoughts, read.calls, read.plain) == ("Nothing to do.", (), "")


@pytest.mark.parametrize(
    "text",
    ["Which age?", 'def f():\n    return {"name": "Bob", "tags": [1, 2]}', "Is it [1, 2] or {3}?", "", '"quoted"'],
)
def test_plain_text_and_code_are_no_calls(text):
    read = read_calls(text, NAMES)
    assert (read.calls, read.plain) == ((), text.strip())


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[1, 2]", '```json\n{"x": {}}', '{"tool": ""}', '"send_message" {'])
def test_what_begins_like_a_call_and_is_none(text):
    with pytest.raises(CallError) as caught:
        read_calls(text, NAMES)
    assert caught.value.fault == "not_json"


@pytest.mark.parametrize(
    "text", ['{"tool": "send_message", "arguments": {"message": "Hi', 'So: {"tool": "send_message"']
)
def test_what_was_cut_off_is_never_mended(text):
    with pytest.raises(CallError) as caught:
        read_calls(text, NAMES, whole=False)
    assert caught.value.fault == "cut_off"


def test_whole_calls_before_a_cut_count():
    assert len(read_calls(FORMS["flat"] + '\n{"tool": "send_mess', NAMES, whole=False).calls) == 1


def test_texts_are_such_as_every_store_takes():
    (call,) = read_calls('{"tool": "send_message", "arguments": {"message": "a\\ud83d\\u0000b"}}', NAMES).calls
    assert call.arguments["message"].encode() and "\0" not in call.arguments["message"]


def test_native_arguments():
    assert parse_arguments('{"query": "a", "page": 1}') == {"query": "a", "page": 1}
    assert parse_arguments("") == {}
    assert parse_arguments("{'query': 'a'}") == {"query": "a"}
    with pytest.raises(CallError):
        parse_arguments("[1]")
