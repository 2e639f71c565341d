"""A large stylesheet of classes, cut down to the rules that one page can use.

Tailwind v2 is three megabytes of rules, of which a page uses some kilobytes; a browser that is handed all of them takes
longer to read them than to draw the page. A rule stays if every class in one of its selectors is a word of the page's
source. As the page's scripts never run, no other class can appear in it; that words of its text count as well does no
harm. Order is kept, so the cascade is that of the whole.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

_CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
_WORD = re.compile(r"[\w:/.%-]+")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class _Rule:
    """A rule. `media`: the at-rule around it, or ""; `needs`: for each selector its classes, one selector is enough."""

    text: str
    media: str
    needs: tuple[frozenset[str], ...]


class Stylesheet:
    """A stylesheet taken apart. Its strings must hold no braces, as those of Tailwind do not."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._rules = list(_rules(text))
        self._with: dict[str, list[int]] = defaultdict(list)
        """Name -> the rules that have a selector with that class; "" -> those with a selector without classes."""
        for number, rule in enumerate(self._rules):
            for names in rule.needs:
                self._with[min(names, default="")].append(number)

    def used_by(self, source: str) -> str:
        """The rules that a page of this source can use."""
        words = words_of(source)
        near = {number for word in ("", *words) for number in self._with.get(word, ())}
        used = (self._rules[number] for number in sorted(near) if _within(self._rules[number], words))
        groups = (
            (media, "".join(rule.text for rule in rules)) for media, rules in groupby(used, lambda one: one.media)
        )
        return "".join(f"{media}{{{text}}}" if media else text for media, text in groups)


def _within(rule: _Rule, words: frozenset[str]) -> bool:
    return any(names <= words for names in rule.needs)


def words_of(source: str) -> frozenset[str]:
    """All that may be the name of a class, in lower case: pages without a doctype compare names so."""
    return frozenset(_WORD.findall(source.lower())) | frozenset(_WORD.findall(html.unescape(source).lower()))


def _rules(text: str) -> Iterator[_Rule]:
    for head, body in _blocks(_COMMENT.sub("", text)):
        whole = f"{head}{{{body}}}"
        if head.startswith("@media"):
            for inner, content in _blocks(body):
                yield _Rule(f"{inner}{{{content}}}", head, _needs(inner))
        else:
            yield _Rule(whole, "", (frozenset(),) if head.startswith("@") else _needs(head))


def _needs(head: str) -> tuple[frozenset[str], ...]:
    return tuple(_names(selector) for selector in head.split(","))


def _names(selector: str) -> frozenset[str]:
    return frozenset(_ESCAPE.sub(_unescaped, name).lower() for name in _CLASS.findall(selector))


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else match[2]


def _blocks(text: str) -> list[tuple[str, str]]:
    """(what stands before a brace, what stands between it and its partner), for each outermost pair."""
    found, depth, start, opened = [], 0, 0, 0
    for match in re.finditer(r"[{}]", text):
        if match[0] == "{":
            depth += 1
            if depth == 1:
                opened = match.start()
        else:
            depth -= 1
            if depth == 0:
                found.append((text[start:opened].strip(), text[opened + 1 : match.start()]))
                start = match.end()
    return found
