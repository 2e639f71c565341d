"""What the model is told about its memory, in two lengths; tools are added in words where the server takes none."""

from dulcet.memory.config import ContextSpec
from dulcet.memory.tools.schemas import Tool, described, example

FULL = """\
Your window is small and your memory is large. You see these instructions, the working context below, a summary of \
what left your window, and the latest messages. Everything else is in storage, and you reach it with tools:
- The working context is always in view. It has the blocks {blocks}; keep in it what you must never forget.
- Recall storage holds every message of this conversation, also those that you no longer see.
- The archive holds passages: what you or others wrote into it.
When you are told that your window fills, save what matters: the oldest messages will leave it.
The person sees only what you say with send_message. Before you say that you do not know something, search for it; if \
a page of results does not have it, look at the next page. A search shows its results to you alone.
Each call may ask with "request_heartbeat": true for another turn right after it; without it you wait for what \
happens next. Thoughts are for yourself, and short.\
"""
BRIEF = """\
Old messages leave your view: search for them. Blocks: {blocks}. The person sees only send_message.\
"""
FORM = """\
Write nothing but one JSON object, with your thoughts and the call of one tool:
{example}
The tools:
{tools}\
"""
BRIEF_FORM = "Write one JSON object: {example}\n{tools}"


def told(spec: ContextSpec, tools: tuple[Tool, ...], *, brief: bool, form: bool) -> str:
    """The instructions. `form`: also the JSON form of calls and the tools in words."""
    text = (BRIEF if brief else FULL).replace("{blocks}", ", ".join(spec.blocks))
    if not form:
        return text
    sample = example("recall_memory_search", query="birthday", page=0, request_heartbeat=True)
    thought = example("send_message", message="...") if brief else sample.replace("{", '{"thoughts": "...", ', 1)
    how = (BRIEF_FORM if brief else FORM).replace("{example}", thought)
    return f"{text}\n\n{how.replace('{tools}', described(tools, brief=brief))}"
