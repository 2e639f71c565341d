"""One event on its way: completion after completion, each with its calls, until the agent waits again."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from dulcet.memory.base import now
from dulcet.memory.dialect import Chat, Heard
from dulcet.memory.events import Event, system_alert
from dulcet.memory.items import Call, Item
from dulcet.memory.tokens import EstimatedCounter
from dulcet.memory.tools.errors import CallError
from dulcet.memory.tools.results import Result
from dulcet.memory.tools.run import SEARCHES
from dulcet.memory.tools.schemas import HEARTBEAT
from dulcet.memory.trace import Segment
from dulcet.models.base import Completion, ToolsRefusedError
from dulcet.seeds import derive

if TYPE_CHECKING:
    from dulcet.memory.control import Control

Ending = Literal["yielded", "chain_limit", "refused", "overflow"]
"""Waits for the next event; the limit of completions was reached; the model refused; the server says that a prompt is
too long that was counted as short enough, and no shorter one helps."""
MOST_CALLS = 8
"""Calls of one completion that are made."""
RETRIES, LESS = (
    5,
    0.8,
)  # after an overflow that the server sees and we do not: how often, and with how much of the prompt
LEAST_LEFT = 0.2
"""Share of the queue's room that has to be left for a search; else the oldest messages leave before it."""
LEAST_RESULT = 24
"""Tokens that a result may always take; what then does not fit is shortened with the rest of the queue."""
LAST = "This is your last step for now, and the person has no answer yet: use send_message."


@dataclass(frozen=True)
class Handled:
    """What came of one event."""

    sent: tuple[str, ...]
    """What the agent said to the person."""
    ending: Ending
    steps: int
    """Completions."""
    tokens: int
    """Tokens written in all of them."""
    prompt_tokens: int
    """Tokens of the longest prompt."""
    cut: bool = False
    """Whether what was said was cut off at the token limit."""


class Chain:
    """The completions that one event brings about; `number` is the event's in its conversation."""

    def __init__(self, control: "Control", event: Event, number: int, seed: int) -> None:
        self.control, self.event, self.number, self.seed = control, event, number, seed
        self.sent: list[str] = []
        self.steps = self.tokens = self.longest = 0
        self.cut = self.warned = False
        self.snapshot = control.memory.snapshot() if control.trace else None

    async def to_the_end(self) -> Handled:
        """All of it. Raises EndpointError where the model cannot be reached."""
        control = self.control
        (item,) = control.queue.append([self.event.item(control.clock())], share=control.spec.message_share)
        control.context.state.pinned = item.entry
        control.queue.save()
        ending: Ending | None = None
        while ending is None:
            ending = await self._step()
            self.steps += 1
            self.warned = await control.queue.settle(seed=derive(self.seed, "after", self.steps))
            control.queue.save()
            if self.steps >= control.spec.chain_limit:
                ending = ending or "chain_limit"
            elif ending == "yielded" and self.warned:
                ending = None  # it may save what matters
        control.context.state.pinned = None
        control.queue.save()
        return Handled(tuple(self.sent), ending, self.steps, self.tokens, self.longest, self.cut)

    async def _step(self) -> Ending | None:
        """One completion and what it calls; the ending, or None if the model is to go on."""
        control, seed = self.control, derive(self.seed, "step", self.steps)
        last = control.context.dialect.told and 0 < self.steps == control.spec.chain_limit - 1
        if last and self._unanswered:
            control.queue.append([system_alert(LAST).item(control.clock())])
        heard, segment = await self._ask(seed)
        if heard.completion.finish == "overflow":
            return "overflow"
        if heard.completion.finish == "refused":
            return "refused"
        self.tokens += heard.completion.tokens
        self.longest = max(self.longest, heard.completion.prompt_tokens)
        again, done = await self._act(heard, seed)
        if control.trace:
            control.trace(segment.model_copy(update={"calls": done}))
        return None if again else "yielded"

    async def _ask(self, seed: int) -> tuple[Heard, Segment]:
        """A completion of a prompt that fits. A server that finds it too long is asked again with a shorter one."""
        control = self.control
        for attempt in range(RETRIES + 1):
            warned = await control.queue.settle(seed=seed) or self.warned
            context = control.context
            chat, counted = context.chat(), context.count()
            assert counted <= context.budget, f"{counted} tokens for a budget of {context.budget}"
            try:
                heard = await context.dialect.ask(control.model, chat, control.sampling, seed=seed)
            except ToolsRefusedError:
                if not control.can_go_without_tools:
                    raise
                control.without_tools()
                return await self._ask(seed)
            said = heard.completion
            if isinstance(control.counter, EstimatedCounter):
                control.counter.observe(counted, said.prompt_tokens)
            if said.finish != "overflow" or attempt == RETRIES or not context.tighten(int(counted * LESS)):
                break
        return heard, self._segment(chat, counted, said, seed, warned)

    def _segment(self, chat: Chat, counted: int, said: Completion, seed: int, warned: bool) -> Segment:
        """The record of one completion; what was called is added when it was done."""
        control, context = self.control, self.control.context
        hidden, control.hidden_before = control.hidden_before, context.state.hidden
        return Segment(
            conversation=control.conversation,
            event=self.number,
            step=self.steps,
            event_type=self.event.kind,
            snapshot=self.snapshot,
            messages=chat,
            tools=context.dialect.tools,
            completion=said.text,
            native_calls=[asdict(call) for call in said.calls],
            counted=counted,
            exact=control.counter.exact,
            budget=context.budget,
            prompt_tokens=said.prompt_tokens,
            tokens=said.tokens,
            finish=said.finish,
            seed=seed,
            hidden=context.state.hidden,
            flushed=context.state.hidden > hidden,
            warned=warned,
        )

    async def _act(self, heard: Heard, seed: int) -> tuple[bool, list[dict[str, Any]]]:
        """Make the calls; (whether the model is to go on, what was done)."""
        control = self.control
        if heard.fault is not None:
            self._complain(heard)
            return True, [{"name": "", "arguments": {}, "status": heard.fault.fault}]
        calls, faults = self._calls(heard)
        said = self._said(heard.thoughts or ("" if calls else heard.plain), calls)
        control.queue.append([said])
        again, done = not calls and self._unanswered, []
        for index, (call, fault) in enumerate(zip(calls, faults, strict=True)):
            most = await self._room(len(calls) - index, seed) if call.name in SEARCHES else 0
            result = Result(fault=fault) if fault else control.toolbox.run(call, most)
            control.queue.append([result.item(call.id, control.clock())])
            status = result.fault.fault if result.fault else "ok"
            done.append({"name": call.name, "arguments": call.arguments, "status": status})
            if call.name == "send_message" and status == "ok":
                self.sent.append(str(call.arguments["message"]))
            again |= status != "ok" or self._wants_more(call)
        return again or (bool(calls) and self._unanswered), done

    def _calls(self, heard: Heard) -> tuple[list[Call], list[CallError | None]]:
        """The calls, numbered; plain text is a message to a person who waits for one, unless it is to be a thought."""
        control = self.control
        calls, faults = list(heard.calls), list(heard.faults)
        waited = self.event.kind == "user_message" and not self.sent and control.spec.plain_text == "message"
        if heard.plain and (waited or not control.context.dialect.told):
            self.cut = heard.completion.finish == "length"
            calls, faults = [Call("", "send_message", {"message": heard.plain})], [None]
        most = self._most(calls)
        if len(calls) > most:
            what = (
                f"Too many calls at once: {len(calls) - most + 1} of {len(calls)} were not made. Call fewer at a time."
            )
            calls, faults = calls[:most], [*faults[: most - 1], CallError("failed", what)]
        state, numbered = control.context.state, []
        for call in calls:
            state.calls += 1
            numbered.append(Call(f"c{state.calls % 10**8:08d}", call.name, call.arguments))
        return numbered, faults

    def _most(self, calls: list[Call]) -> int:
        """How many of the calls can be made so that they and their results fit the window, at least one."""
        context, most = self.control.context, min(len(calls), MOST_CALLS)
        answered = [item for item in context.state.queue if item.entry == context.state.pinned]
        while most > 1 and not context.holds([*answered, *_outline(calls[:most])]):
            most -= 1
        return most

    def _said(self, thoughts: str, calls: list[Call]) -> Item:
        """The agent's message. Only what it says to the person is searched as its own; the rest is the machinery's."""
        messages = [str(call.arguments.get("message", "")) for call in calls if call.name == "send_message"]
        role: Literal["assistant", "tool"] = "assistant" if messages else "tool"
        time = self.control.clock()
        return Item("said", role, "\n".join(messages), time, thoughts=thoughts, calls=tuple(calls))

    def _complain(self, heard: Heard) -> None:
        """Tell the model why nothing of what it wrote can be read."""
        assert heard.fault is not None
        control = self.control
        said = Item("said", "tool", "", control.clock(), thoughts=heard.thoughts)
        details = {"type": "tool_result", "status": "failed", "error": heard.fault.fault}
        answer = Item("event", "system", heard.fault.message, control.clock(), details=details)
        control.queue.append([said, answer])

    async def _room(self, calls: int, seed: int) -> int:
        """Tokens for a search's result: a share of what is left, divided by the calls that are still to be made."""
        control, context = self.control, self.control.context
        left = context.budget - context.count()
        if left < context.room() * LEAST_LEFT and await control.queue.flush(seed=seed):
            left = context.budget - context.count()
        return max(LEAST_RESULT, int(left * context.spec.result_share) // calls)

    def _wants_more(self, call: Call) -> bool:
        asked = call.name != "send_message" and call.arguments.get(HEARTBEAT) in (True, "true", "True")
        return asked or (self.control.spec.chaining == "default" and call.name in SEARCHES)

    @property
    def _unanswered(self) -> bool:
        waiting = self.event.kind == "user_message" and not self.sent
        return waiting and self.control.spec.chaining == "default"


def _outline(calls: list[Call]) -> list[Item]:
    """A message with these calls, and results that have nothing in them yet."""
    details = {"status": "ok", "page": 0, "pages": 10**4, "total": 10**5}
    results = [Item("result", "tool", "", now(), details=details, answers=call.id) for call in calls]
    return [Item("said", "tool", "", now(), calls=tuple(calls)), *results]
