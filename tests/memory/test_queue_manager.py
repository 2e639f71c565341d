"""What leaves the window and what stays: warnings, flushes, summaries, and a process that died in between."""

import json

import pytest

from dulcet.errors import EndpointError, InputError
from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.events import user_message
from dulcet.memory.items import Call, Item, cut, groups
from dulcet.memory.opening import open_store
from dulcet.memory.summary import ByModel, Extractive
from tests.memory.policies import ListModel, PieceCounter, call, prompt_text

HI = call("send_message", message="Hi")
IDLE = '{"thoughts": "Noted."}'


@pytest.fixture
def memory(tmp_path):
    store = open_store(tmp_path / "memory.db", None)
    yield store.memory()
    store.close()


async def talk(control, turns, start=0, size=30):
    for number in range(start, start + turns):
        await control.handle(user_message(f"Fact {number}: the code is {1000 + number}. " + "so " * size), seed=number)


def opened(memory, model, **spec):
    return Control(model, memory, ContextSpec(summary="extractive", instructions="brief", **spec))


async def test_the_model_is_warned_once_before_anything_leaves(memory):
    model = ListModel(*[HI, IDLE] * 99, window=1500)
    control = opened(memory, model)
    warned_at = None
    for number in range(30):
        await talk(control, 1, number)
        alerts = prompt_text(model).count("system_alert")
        if alerts and warned_at is None:
            warned_at = model.count(model.seen[-1])
            assert control.context.state.hidden == 0, "warned before the first flush"
        if control.context.state.hidden:
            break
        assert alerts <= 1, "once"
    assert warned_at and 0.7 * control.context.budget < warned_at <= control.context.budget
    assert control.context.state.hidden > 0


@pytest.mark.parametrize("evict", [0.2, 0.9])
async def test_a_flush_frees_the_share_that_is_asked_for(memory, evict):
    control = opened(memory, ListModel(*[HI] * 99, window=3000), evict=evict, warning=1.0)
    while not control.context.state.hidden:
        await talk(control, 1, memory.recall.count())
    taken = control.context.count() - control.context.count([])
    room, a_turn = control.context.room(), 120
    assert taken <= (1 - evict) * room + a_turn
    assert taken >= (1 - evict - 0.15) * room - a_turn


async def test_the_summary_is_the_first_of_the_queue_and_all_stays_in_recall(memory):
    model = ListModel(*[HI, IDLE] * 99, window=1500)
    control = opened(memory, model)
    await talk(control, 25)
    first = json.loads(str(model.seen[-1][1]["content"]).splitlines()[0])
    assert first["type"] == "summary" and first["hidden_messages"] > 5 and "the code is" in first["message"]
    assert memory.recall.search("the code is 1000", mode="literal").total == 1
    assert control.context.counter.text(first["message"]) <= 0.15 * control.context.room()


async def test_a_call_is_never_parted_from_its_result(memory):
    search = call("recall_memory_search", query="code") + "\n" + call("archival_memory_search", query="code")
    control = opened(memory, ListModel(*[search, HI, IDLE] * 99, window=1200))
    for number in range(15):
        await talk(control, 1, number)
        results = {item.answers for item in control.context.state.queue if item.kind == "result"}
        assert {one.id for item in control.context.state.queue for one in item.calls} == results
    assert control.context.state.hidden


async def test_the_trace_says_what_happened_before_a_completion(memory):
    segments, model = [], ListModel(*[HI, IDLE] * 99, window=1500)
    control = Control(model, memory, ContextSpec(summary="extractive", instructions="brief"), trace=segments.append)
    await talk(control, 25)
    flushes = [after.hidden > before.hidden for before, after in zip([segments[0], *segments], segments, strict=False)]
    assert flushes == [one.flushed for one in segments] and any(flushes)
    alerts = [any("Your window is" in str(message["content"]) for message in one.messages) for one in segments]
    first = next(number for number, seen in enumerate(alerts) if seen)
    assert [one.warned for one in segments[: first + 1]] == [False] * first + [True]


async def test_what_is_being_answered_stays_in_view(memory):
    search = call("recall_memory_search", query="code")
    model = ListModel(*[search] * 30, window=1000)
    control = opened(memory, model, chain_limit=12)
    await talk(control, 5)
    await control.handle(user_message("What is the SECOND code?"), seed=1)
    assert control.context.state.hidden and "SECOND" in prompt_text(model)


class Broken(ListModel):
    """Answers, but cannot write a summary."""

    def __init__(self, error, **options):
        super().__init__(*[HI, IDLE] * 99, **options)
        self.error = error

    async def sample(self, messages, sampling, *, seed, n=1):
        if "You keep the notes" in str(messages[0]["content"]):
            if self.error:
                raise self.error
            return [(await ListModel("", window=self.window).sample(messages, sampling, seed=seed))[0]]
        return await super().sample(messages, sampling, seed=seed, n=n)


@pytest.mark.parametrize("error", [None, EndpointError("away"), InputError("too long"), TimeoutError()])
async def test_the_conversation_goes_on_when_the_summariser_fails(memory, error, caplog):
    control = Control(Broken(error, window=1500), memory, ContextSpec(summary="model", instructions="brief"))
    await talk(control, 20)
    assert control.context.state.hidden and "the code is" in control.context.state.summary
    assert "sentences are picked by rule" in caplog.text


class Notes(ListModel):
    """Writes what it was told to note, and counts what it was shown."""

    def write(self, messages, seed):
        return "Notes: " + messages[0]["content"][-40:]


async def test_a_summary_by_the_model_is_recursive_and_never_overflows_its_own_window():
    model = Notes(window=700)
    items = [user_message(f"Line {number} " + "and so on " * 20).item(None) for number in range(60)]
    huge = user_message("endless " * 5000).item(None)
    summary = await ByModel(model, PieceCounter(), 700).summarise("old notes", [*items, huge], 100, seed=1)
    assert model.overflows == 0 and model.prompts > 3, "read in pieces"
    assert "old notes" in model.seen[0][0]["content"] and "Notes: " in model.seen[1][0]["content"]
    assert summary.startswith("Notes: ") and PieceCounter().text(summary) <= 100


def test_the_rule_keeps_what_is_rare():
    texts = ["user: Well, well. My flight LH454 leaves on 12 May. Well.", "assistant: Well, that is nice to hear."] * 3
    summary = Extractive(PieceCounter()).pick(texts, 15)
    assert summary == "user: My flight LH454 leaves on 12 May."


async def test_a_process_that_died_between_call_and_result_goes_on(memory):
    """The call was stored, the state was not, and no result came."""
    model = ListModel(HI, HI)
    control = opened(memory, model)
    await control.handle(user_message("Hello"), seed=1)
    said = Item("said", "tool", "", control.clock(), calls=(Call("c99", "archival_memory_insert", {"content": "x"}),))
    control.queue.append([user_message("And now?").item(control.clock()), said])
    again = opened(memory, model)
    assert [item.kind for item in again.context.state.queue[-3:]] == ["event", "said", "result"]
    assert again.context.state.queue[-1].answers == "c99"
    await again.handle(user_message("Still there?"), seed=2)
    assert "Interrupted" in prompt_text(model) and "And now?" in prompt_text(model)


async def test_two_people_in_one_store_are_strictly_apart(tmp_path):
    store = open_store(tmp_path / "memory.db", None)
    for user in ("ann", "bob"):
        model = ListModel(call("working_context_append", name="human", content=f"is {user}"), HI)
        await Control(model, store.memory(user=user)).handle(user_message(f"I am {user}"), seed=1)
    model = ListModel(HI)
    await Control(model, store.memory(user="ann")).handle(user_message("Hello"), seed=1)
    assert "ann" in prompt_text(model) and "bob" not in prompt_text(model)
    store.close()


def test_groups_and_cuts():
    said = Item("said", "tool", "", None, calls=(Call("a", "t", {}),))
    result, event = Item("result", "tool", "", None, answers="a"), user_message("x").item(None)
    assert groups([event, said, result, result, event]) == [[event], [said, result, result], [event]]
    text = "".join(chr(97 + number % 26) for number in range(1000))
    for limit in range(0, 1001, 7):
        assert len(cut(text, limit)) <= limit
    assert "needle" in cut("hay " * 500 + "needle" + " hay" * 500, 200, "NEEDLE")
