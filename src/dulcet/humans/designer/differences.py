"""All differences of two pages, and what a person says of them."""

from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.humans.designer import arrangement, boxes, presence, things
from dulcet.humans.designer.difference import Difference
from dulcet.humans.designer.view import View, view
from dulcet.humans.designer.wording import CONTENT, tell
from dulcet.seeds import derive


def describe(page: Rendered, target: Rendered, *, seed: int = 0, picker: bool = False) -> str:
    """What should be changed on `page` so that it becomes `target`, or that it looks right. Reads the blocks alone.

    `picker`: say colours also in hexadecimal, as somebody with a colour picker does.
    """
    seen = view(page, target)
    return tell(seen, find(seen, picker), seed) or CONTENT[derive(seed, "content") % len(CONTENT)]


def find(seen: View, picker: bool = False) -> list[Difference]:
    """Every difference, in no order. A text whose colour is told with its box's is not told of again."""
    found = [*boxes.differences(seen, picker), *things.differences(seen, picker), *arrangement.differences(seen)]
    found += presence.differences(seen, picker)
    told = {colour for one in found if one.kind == "box and words" for colour in one.said[1:]}
    inside = boxes.told_words(seen, picker) if told else set()
    return [one for one in found if not (one.kind == "colour" and set(one.names) <= inside)]
