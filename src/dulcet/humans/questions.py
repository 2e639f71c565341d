"""Understanding the agent: its message split into questions, and what each asks about.

A question asks about *names* (of the reference: arguments, locals, keys, labels; `snake_case` or `in words`, singular
or plural) and about *concepts* (the result, the default, how conditions combine). Both are found by words alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

CONCEPTS: dict[str, tuple[str, ...]] = {
    "combination": ("combination",),
    "default": ("default", "edge", "result"),
    "edge": ("edge",),
    "rounding": ("rounding",),
    "order": ("order",),
    "case": ("case",),
    "unused": ("unused",),
    "threshold": ("condition", "band"),
    "formula": ("formula", "result", "step", "order", "default"),
    "collection": ("collection", "loop"),
    "result": ("result", "band", "default", "order"),
}
"""Concept -> the kinds of fact that answer it, best first."""
SPECIFIC = ("combination", "edge", "rounding", "order", "case")
"""Concepts that leave no room for another answer: where the reference has no such fact, it does not say."""

_CONCEPT_PATTERNS = {
    "combination": r"combin\w*|both|together|either|conjunction|and[/ ]+or|\band\b.{0,12}\bor\b(?=\W*\?)|simultaneously"
    r"|at the same time|one (?:of them )?(?:is )?enough|all (?:of )?(?:them|the (?:conditions|criteria|rules))|logical"
    r"|(?:must|should|do) all|any one of (?:them|the)",
    "default": r"otherwise|else|default\w*|fall ?back|none of (?:them|the)|neither|in other cases|does not hold"
    r"|fails?|(?:not|n't) (?:found|met|given|listed|known|fit|match\w*)|unknown"
    r"|no(?:ne|thing)?(?: else| rule)? (?:fits|applies|match\w*)",
    "edge": r"edge|corner|empty|zero|negative|missing|none|null|invalid|error\w*|exception\w*|raise[sd]?|blank"
    r"|special cases?|lengths?|duplicates?",
    "rounding": r"round\w*|decimals?|precision|integer|whole number|truncat\w*|floor\w*|ceil\w*",
    "order": r"order\w*|sort\w*|direction|ascending|descending|rank\w*|highest first|lowest first|top",
    "case": r"case[- ]?(?:in)?sensitiv\w*|upper ?case|lower ?case|(?:does|is) case|ignore case|capital\w*",
    "unused": r"matters?|needed|relevant|irrelevant|unused|ignored?|required?|affects?|play a role|use[ds]?",
    "threshold": r"thresholds?|limits?|at least|at most|minimum|maximum|cut ?offs?|boundar\w*|condition\w*|criteri\w*"
    r"|requirement\w*|inclusive|exclusive|ranges?|rules?|must",
    "formula": r"formulas?|calculat\w*|comput\w*|equation|weights?|factors?|rates?|add(?:ed)?|sum|multipl\w*|steps?"
    r"|scor(?:e|ing)",
    "collection": r"lists?|tabl\w*|entries|items?|dictionar\w*|keys?|mapping|loop|iterate",
    "result": r"return\w*|outputs?|results?|labels?|answers?|gives?|categor\w*|values?|messages?|look like|format"
    r"|possible \w+|options?|outcomes?",
}
_CONCEPTS = {concept: re.compile(rf"\b(?:{pattern})\b", re.I) for concept, pattern in _CONCEPT_PATTERNS.items()}

_GENERAL = re.compile(
    r"\b(?:tell me|more (?:details?|about|information)|anything else|what else|the rules?|explain|describe|clarify"
    r"|(?:the|your) (?:criteria|conditions|logic|details)|elaborate|specif\w+|how exactly|basis|example"
    r"|how (?:does|should|do|is|can) (?:it|this|the function|i|we|you)|depends? on|based on|consider"
    r"|requirements|details"
    r"|what (?:does|should|must) (?:it|this|the function) do)\b",
    re.I,
)
_ASKS = re.compile(
    r"^\W*(?:what|which|how|is|are|does|do|did|should|shall|when|where|who|why|can|could|would|will|must|may|has|have"
    r"|and if|if so|in which|for which|tell|please|explain|describe|clarify|specify|provide|give|let me know|question"
    r"|i (?:need|want|would like)|i'd like|i'm not sure)\b",
    re.I,
)
_JOINED = re.compile(
    r"[,;]?\s+(?:and|or)\s+(?=(?:what|which|how|is|are|does|do|should|in which|when|where|who|why)\b)", re.I
)
"""Where a second question is tied on to the first."""
_INPUTS = re.compile(r"\b(?:arguments?|parameters?|inputs?|variables?|fields?|anything|everything|all|any)\b", re.I)
_PIECES = re.compile(r"[^?\n]*?(?:\?+|[.!](?=\s|$)|\n|$)")
_WORD = re.compile(r"[A-Za-z][a-z]*|[A-Z]+|\d+")
_RAW = re.compile(r"[A-Za-z_]\w*|\d+")
_LETTER = re.compile(r"\b([aAiI])\b(?=\s*[?,.;:)=<>]|\s+(?:and|or|is|be|mean|must|has|have|when)\b|\s*$)")
_QUOTED = re.compile(r"[`'\"]([^`'\"\n]{1,40})[`'\"]")

_STOP_WORDS = """
a about account actual also an and any anything applied applies apply are argument arguments as assume at based be
been being between but by can case cases certain clarify code consider considered correct could currently data
decide decided depend depends describe determine determined did different do does each else every exact exactly
example examples exist expected explain false first for from function functions get given had handle handled happen
happens has have help hold holds how i if in input inputs into is it its just kind know let like long look looking
make many me mean means met more much my name names need no not number numbers of on one only or other our own
parameter parameters part particular parts people person please possible program provide python question questions
right same say set should so some something specific specifically stand stands sure take taken takes taking tell
than that the their them then there these they thing things this those to too treat treated true type types under
up us use used user variable want was way we were what when where whether which while who will with work working
works would write writing yes you your isn don doesn ll re ve
"""
_STOP = frozenset(_STOP_WORDS.split())
_GRAMMAR = frozenset(
    ["it", "is", "to", "of", "the", "use", "need", "have", "do", "what", "this", "that", "one", "no", "yes"]
)


@dataclass(frozen=True)
class Question:
    """One question of a message."""

    text: str
    names: frozenset[str]
    """Names of the reference that it mentions."""
    parts: frozenset[str]
    """Names of which it mentions a word (`talkativeness` of `talkativeness_level`), where it mentions none whole."""
    concepts: tuple[str, ...]
    """Concepts in the order of `CONCEPTS`."""
    general: bool
    unknown: tuple[str, ...]
    """Content words that belong neither to the reference nor to any concept nor to the request."""
    familiar: bool
    """Whether it uses words of the request or the reference."""
    inputs: bool
    """Whether it speaks of arguments at large."""
    identifiers: bool
    """Whether it names something, in code form or in quotes, that the reference does not have."""


@dataclass(frozen=True)
class Vocabulary:
    """The names of one reference, ready to be found in text."""

    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    """First stem -> (all stems, name), longest first."""
    exact: frozenset[str]
    """Names of one letter or one everyday word: only found as they are written, the word in quotes."""
    variables: frozenset[str]
    """Those of `exact` that are variables, and no words of grammar: found without quotes."""
    stems: frozenset[str]
    """Every stem of every name and of the request."""
    parts: dict[str, frozenset[str]]
    """Stem -> the names of several words that have it."""

    @classmethod
    def of(cls, names: Iterable[str], request: str, variables: Iterable[str] = ()) -> "Vocabulary":
        """The vocabulary of these names; words of the person's own request are no strangers either.

        A variable is found whatever it is called; a label or key that is an everyday word only in quotes.
        """
        phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        exact: set[str] = set()
        parts: dict[str, set[str]] = {}
        stems = {stem(word) for word in _WORD.findall(request)}
        for name in names:
            words = _stems(name)
            stems.update(words)
            for word in words if len(words) > 1 else ():
                parts.setdefault(word, set()).add(name)
            if not words or (len(words) == 1 and (len(name) < 2 or name.lower() in _STOP)):
                exact.add(name)
            else:
                phrases.setdefault(words[0], []).append((words, name))
        ordered = {first: tuple(sorted(found, key=lambda p: -len(p[0]))) for first, found in phrases.items()}
        shared = {word: frozenset(found) for word, found in parts.items()}
        return cls(ordered, frozenset(exact), frozenset(variables) & exact - _GRAMMAR, frozenset(stems), shared)

    def find(self, text: str) -> tuple[frozenset[str], str]:
        """(names mentioned, the text without them)."""
        matches = list(_WORD.finditer(text))
        words = tuple(stem(match.group()) for match in matches)
        found: set[str] = set()
        rest, end, at = "", 0, 0
        while at < len(words):
            phrase = next((p for p, _ in self.phrases.get(words[at], ()) if words[at : at + len(p)] == p), None)
            if phrase is None:
                at += 1
                continue
            same_stems = [name for p, name in self.phrases[words[at]] if p == phrase]
            found.update(_as_written(same_stems, text) or same_stems)
            rest += text[end : matches[at].start()]
            at += len(phrase)
            end = matches[at - 1].end()
        rest += text[end:]
        if self.exact:
            quoted = set(_QUOTED.findall(text))
            raw = set(_RAW.findall(text)) - {"a", "A", "i", "I"} | set(_LETTER.findall(text))
            found.update(
                name
                for name in self.exact
                if name in quoted or (name in raw and (len(name) == 1 or name in self.variables))
            )
        return frozenset(found), rest

    def partly(self, words: list[str]) -> frozenset[str]:
        """The names that share the most of these words with the text; empty where none shares one."""
        shared: dict[str, int] = {}
        for word in set(words):
            for name in self.parts.get(word, ()):
                shared[name] = shared.get(name, 0) + 1
        most = max(shared.values(), default=0)
        return frozenset(name for name, count in shared.items() if count == most)


def _as_written(names: list[str], text: str) -> list[str]:
    """Of `rate` and `rates`, the one that the text has; both where it has neither."""
    return [name for name in names if re.search(rf"\b{re.escape(name)}\b", text, re.I)] if len(names) > 1 else names


def questions(message: str, vocabulary: Vocabulary) -> list[Question]:
    """The questions of a message in their order; empty where nothing is asked."""
    sentences = [sentence.strip() for sentence in _PIECES.findall(message)]
    asked = [sentence for sentence in sentences if sentence.endswith("?") or _ASKS.match(sentence)]
    return [understand(part, vocabulary) for sentence in asked for part in _JOINED.split(sentence)]


def understand(text: str, vocabulary: Vocabulary) -> Question:
    """What one question asks about."""
    names, rest = vocabulary.find(text)
    concepts = tuple(concept for concept, pattern in _CONCEPTS.items() if pattern.search(rest))
    for concept in concepts:
        rest = _CONCEPTS[concept].sub(" ", rest)
    content = [word for word in _stems(rest) if word not in _ordinary()]
    parts = frozenset() if names else vocabulary.partly(content)
    unknown = tuple(word for word in content if word not in vocabulary.stems)
    familiar = len(unknown) < len(content)
    identifiers = any(_is_stranger(token, vocabulary) for token in _identifiers(text))
    general = _GENERAL.search(text) is not None
    inputs = _INPUTS.search(text) is not None
    return Question(text, names, parts, concepts, general, unknown, familiar, inputs, identifiers)


def same(text: str) -> str:
    """The form in which two messages are the same question."""
    return " ".join(_RAW.findall(text.lower()))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word in lower case and in the singular, roughly."""
    word = word.lower()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@lru_cache(maxsize=65536)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in _WORD.findall(text))


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    words = set(_STOP)
    for pattern in (*_CONCEPT_PATTERNS.values(), _GENERAL.pattern):
        words.update(re.findall(r"[a-z]{3,}", pattern))
    return frozenset(stem(word) for word in words)


def _identifiers(text: str) -> list[str]:
    return [token for token in _RAW.findall(text) if "_" in token] + re.findall(r"`([^`\n]{1,40})`", text)


def _is_stranger(token: str, vocabulary: Vocabulary) -> bool:
    found, rest = vocabulary.find(token)
    return not found and token not in vocabulary.exact and any(word not in vocabulary.stems for word in _stems(rest))
