"""Families that decide on a label or count points: thresholds, directions, order of rules, windows."""

from dulcet.benchmarks.backend.synthesis.draft import Dice, Draft, around, family


@family
def tiers(dice: Dice) -> Draft:
    """One number falls into bands; each band has its label."""
    bands = 2 + (dice.difficulty >= 3) + (dice.difficulty >= 5)
    (name,) = dice.numbers(1)
    limits = sorted({dice.threshold() + 61 * step for step in range(bands)}, reverse=True)
    labels = dice.labels(bands + 1)
    sign = dice.pick(">=", ">")
    if dice.chance(0.4):
        limits, labels, sign = limits[::-1], labels[: bands + 1], dice.pick("<=", "<")
    body = [
        line for limit, label in zip(limits, labels, strict=False) for line in _case(f"{name} {sign} {limit}", label)
    ]
    noun = dice.domain.noun
    return Draft(
        f"rate_{noun}", (name,), (*body, f"return '{labels[bands]}'"), {name: around(*limits)},
        f"rates {dice.domain.subject}",
    )  # fmt: skip


@family
def gate(dice: Dice) -> Draft:
    """Rules checked in the order of the signature; the first that applies decides.

    Nobody says which rule comes first, so an agent could not know any other order.
    """
    count = 2 + (dice.difficulty >= 4)
    names = sorted(dice.numbers(count))
    labels = dice.labels(count + 1)
    dice.random.shuffle(labels)
    limits = [dice.threshold() for _ in names]
    tests = [f"{name} {dice.pick('<', '>', '<=', '>=')} {limit}" for name, limit in zip(names, limits, strict=True)]
    if dice.difficulty >= 3:
        tests[0] = f"{tests[0]} {dice.pick('and', 'or')} {tests[1]}"
    body = [line for test, label in zip(tests, labels, strict=False) for line in _case(test, label)]
    return Draft(
        f"check_{dice.domain.noun}", tuple(names), (*body, f"return '{labels[count]}'"),
        {name: around(limit) for name, limit in zip(names, limits, strict=True)},
        f"decides what happens with {dice.domain.subject}",
    )  # fmt: skip


@family
def points(dice: Dice) -> Draft:
    """Points are added for each condition that holds."""
    count = 2 + (dice.difficulty >= 3) + (dice.difficulty >= 5)
    names = sorted(dice.numbers(count))
    limits = [dice.threshold() for _ in names]
    gains = dice.random.sample(range(1, 10), count)
    body = ["points = 0"]
    for name, limit, gain in zip(names, limits, gains, strict=True):
        body += [f"if {name} {dice.pick('<', '>', '<=', '>=')} {limit}:", f"    points += {gain}"]
    return Draft(
        f"score_{dice.domain.noun}", tuple(names), (*body, "return points"),
        {name: around(limit) for name, limit in zip(names, limits, strict=True)},
        f"gives points to {dice.domain.subject}",
    )  # fmt: skip


@family
def window(dice: Dice) -> Draft:
    """A number has to lie between two limits, each inclusive or not; below, inside and above differ."""
    (name,) = dice.numbers(1)
    low = dice.threshold()
    high = low + dice.random.randint(8, 40)
    labels = dice.labels(3)
    dice.random.shuffle(labels)
    body = [
        *_case(f"{name} {dice.pick('<', '<=')} {low}", labels[0]),
        *_case(f"{name} {dice.pick('>', '>=')} {high}", labels[1]),
    ]
    arguments: tuple[str, ...] = (name,)
    inputs: dict[str, tuple[object, ...]] = {name: around(low, high)}
    if dice.difficulty >= 3:
        category, exempt = dice.domain.category, dice.random.choice(dice.domain.categories)
        arguments, inputs = (name, category), inputs | {category: dice.domain.categories}
        body = [*_case(f"{category} == '{exempt}'", "exempt"), *body]
    return Draft(
        f"classify_{dice.domain.noun}", arguments, (*body, f"return '{labels[2]}'"), inputs,
        f"sorts {dice.domain.subject} into groups",
    )  # fmt: skip


def _case(test: str, label: str) -> list[str]:
    return [f"if {test}:", f"    return '{label}'"]
