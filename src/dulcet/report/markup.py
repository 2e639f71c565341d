"""HTML that cannot be broken out of: every string is escaped unless it is `Markup`, and only `tag` makes that.

What models write is hostile. Besides `<`, `&` and quotes, characters that hide or reorder text on the screen are
shown by their code, so that what one reads is what was written.
"""

import html
import re
from collections.abc import Iterable

_VOID = frozenset({"meta", "br", "col", "hr", "img"})
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """Text as HTML, safe between tags and inside quoted attributes; invisible characters become `[U+202E]`."""
    if isinstance(text, Markup):
        return text
    seen = _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text.replace("\r\n", "\n"))
    return Markup(html.escape(seen, quote=True))


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element. Attributes: `class_` is class, other underscores are hyphens; None and False are left out."""
    named = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{named}>")
    return Markup(f"<{name}{named}>{join(children)}</{name}>")


def join(children: Iterable[object]) -> Markup:
    """The children one after another: strings escaped, lists flattened, None left out."""
    return Markup("".join(_flat(child) for child in children))


def _flat(child: object) -> str:
    if child is None:
        return ""
    if isinstance(child, str):
        return escape(child)
    if isinstance(child, Iterable):
        return join(child)
    return escape(str(child))


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
