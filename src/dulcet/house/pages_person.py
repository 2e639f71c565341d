"""Who tells the demonstrators what differs: from the dialect's facts, in the patterns of the scripted designer.

It looks at no picture, so tens of thousands of conversations take minutes.
"""

from random import Random

from dulcet.benchmarks.frontend.dialect import Page
from dulcet.house.pages_edits import PAGE, Edit, Place, differences, places

MOST = 3
"""Differences of one reply."""
DONE = ("It looks right.", "That is what I wanted.", "Perfect, nothing to change.")
_IMPORTANCE = ("missing", "extra", "order", "background", "columns", "align", "size", "button", "texts")
_TALL = {"small": 20, "medium": 36, "large": 60}
_PICTURE = {"small": "300 by 150", "medium": "600 by 300", "large": "1000 by 400"}
_ALIGNED = {"left": "left-aligned", "centred": "centred", "right": "right-aligned"}


def describe_pages(page: Page, wanted: Page, seed: int) -> str:
    """What a person says who sees both pages: the most striking differences first, or that it looks right."""
    random = Random(seed)
    found = sorted(differences(page, wanted), key=lambda edit: _IMPORTANCE.index(edit.look))
    if not found:
        return random.choice(DONE)
    return " ".join(_sentence(edit, page, wanted, random) for edit in found[:MOST])


def _sentence(edit: Edit, page: Page, wanted: Page, random: Random) -> str:
    if edit.look == "extra":
        return random.choice(("Please remove {0}.", "{0} should not be there.")).format(_texts(edit.place, page))
    if edit.place == PAGE:
        return f"The page background should be {wanted.background}."
    section = places(wanted)[edit.place]
    thing = _thing(edit.place, page, wanted)
    match edit.look:
        case "missing":
            return f"{_texts(edit.place, wanted)} is missing; it belongs {_where(edit.place, wanted)}."
        case "order":
            return f"{_texts(edit.place, wanted)} should come {_where(edit.place, wanted)}."
        case "background" if edit.place[0] == "cards":
            return f"The boxes around {_all(section.texts[0])} should be {section.background}."
        case "background":
            return f"{thing} should be {section.background}."
        case "columns":
            how = "below each other" if section.columns == 1 else f"side by side, {section.columns} in a row"
            return f"{_all(section.texts[0])} should stand {how}."
        case "align":
            return f"{_texts(edit.place, wanted)} should be {_ALIGNED[section.align]}."
        case "size" if edit.place[0] == "picture":
            return f"The picture should be about {_PICTURE[section.size]} px."
        case "size":
            return f"The heading {_texts(edit.place, wanted)} should be about {_TALL[section.size]} px tall."
        case "button" if section.button is not None:
            return f'The button "{section.button.label}" should be {section.button.colour}.'
    return f"It should say {' and '.join(_all(texts) for texts in section.texts)}."


def _thing(place: Place, page: Page, wanted: Page) -> str:
    if place[0] == "footer":
        return "The footer"
    if place[0] == "nav" and next(iter(places(page))) == place:
        return "The top bar"
    return f"The box around {_texts(place, wanted)}"


def _texts(place: Place, page: Page) -> str:
    section = places(page)[place]
    return f'"{section.texts[0][0]}"' if section.texts else "The picture"


def _where(place: Place, wanted: Page) -> str:
    order = list(places(wanted))
    at = order.index(place)
    return f"below {_texts(order[at - 1], wanted)}" if at else "at the very top"


def _all(texts: tuple[str, ...]) -> str:
    quoted = [f'"{text}"' for text in texts]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
