"""Families that compute a number: fees, discounts, bounds, combinations, tables, ratios."""

from dulcet.benchmarks.backend.synthesis.draft import Dice, Draft, around, family


@family
def fee(dice: Dice) -> Draft:
    """A base and a rate; from some limit on a surcharge."""
    unit, trigger = dice.numbers(2)
    base, rate, limit, extra = dice.small(), dice.random.randint(2, 9), dice.threshold(), dice.small()
    body = [f"total = {base} + {rate} * {unit}", f"if {trigger} {dice.pick('>', '>=', '<')} {limit}:"]
    body += [f"    total += {extra}"]
    if dice.difficulty >= 3:
        body += [f"if {unit} > {limit + 5}:", f"    total -= {dice.small()}"]
    return Draft(
        f"price_{dice.domain.noun}", (unit, trigger), (*body, "return total"),
        {unit: around(3, limit + 5), trigger: around(limit)}, f"computes the price of {dice.domain.subject}",
    )  # fmt: skip


@family
def excess(dice: Dice) -> Draft:
    """Only what goes beyond an allowance is charged."""
    (name,) = dice.numbers(1)
    limit, rate, base = dice.threshold(), dice.random.randint(2, 9), dice.small()
    body = [f"extra = max(0, {name} - {limit})"]
    total = f"{base} + {rate} * extra"
    body += [f"total = {total}", "return total"]
    if dice.difficulty >= 3:
        cap = base + rate * dice.random.randint(20, 30)
        body = [body[0], f"return min({cap}, {total})"]
    return Draft(
        f"charge_{dice.domain.noun}", (name,), tuple(body), {name: (*around(limit), limit + 5, limit + 11, limit + 60)},
        f"computes what is charged for {dice.domain.subject}",
    )  # fmt: skip


@family
def discount(dice: Dice) -> Draft:
    """Something is taken off when a condition holds, and never below a floor on harder tasks."""
    (trigger,) = dice.numbers(1)
    limit, off = dice.threshold(), dice.small()
    body = [f"if {trigger} {dice.pick('>', '>=', '<', '<=')} {limit}:", f"    price -= {off}"]
    result = "return price"
    if dice.difficulty >= 3:
        result = f"return max({dice.random.randint(5, 20)}, price)"
    if dice.difficulty >= 4:
        body += ["if price > 90:", f"    price -= {dice.small()}"]
    return Draft(
        f"discount_{dice.domain.noun}", ("price", trigger), (*body, result),
        {"price": (15, 20, 24, 37, 50, 66, 91, 120), trigger: around(limit)},
        f"computes the final price for {dice.domain.subject}",
    )  # fmt: skip


@family
def clamp(dice: Dice) -> Draft:
    """A number is kept between two bounds, after a shift or a scale."""
    (name,) = dice.numbers(1)
    low = dice.threshold()
    high = low + dice.random.randint(20, 40)
    inner = name if dice.difficulty == 1 else f"{name} {dice.pick('+', '*')} {dice.random.randint(2, 5)}"
    return Draft(
        f"limit_{dice.domain.noun}", (name,), (f"return max({low}, min({high}, {inner}))",),
        {name: (*around(low, high), low + 4, low + 7, low + 12, low + 15)},
        f"keeps the numbers of {dice.domain.subject} within bounds",
    )  # fmt: skip


@family
def combine(dice: Dice) -> Draft:
    """Two numbers become one: larger, smaller, sum or difference, then a shift."""
    first, second = dice.numbers(2)
    joined = dice.pick(f"max({first}, {second})", f"min({first}, {second})", f"{first} + {second}")
    shift = f"{dice.pick('+', '-')} {dice.small()}" if dice.chance(0.6) else f"* {dice.random.randint(2, 9)}"
    whole = f"{joined} {shift}" if "(" in joined or "*" not in shift else f"({joined}) {shift}"
    body = [f"return {whole}"]
    if dice.difficulty >= 3:
        limit = dice.threshold()
        body = [
            f"if {first} == 0:",
            f"    return {dice.small()}",
            f"if {second} > {limit}:",
            f"    {second} = {limit}",
            *body,
        ]
    return Draft(
        f"combine_{dice.domain.noun}", (first, second), tuple(body),
        {first: (0, 1, 4, 9, 16, 30), second: (0, 2, 5, 9, 17, 33, 450)},
        f"computes one number for {dice.domain.subject}",
    )  # fmt: skip


@family
def lookup(dice: Dice) -> Draft:
    """A table of amounts by category, with a default for everything else."""
    words = list(dice.domain.categories[: 2 if dice.difficulty == 1 else 3])
    dice.random.shuffle(words)
    amounts = dice.random.sample(range(2, 40), len(words) + 1)
    table = ", ".join(f"'{word}': {amount}" for word, amount in zip(words, amounts, strict=False))
    (unit,) = dice.numbers(1)
    category = dice.domain.category
    body = [f"rates = {{{table}}}", f"rate = rates.get({category}, {amounts[-1]})", f"return rate * {unit}"]
    if dice.difficulty >= 3:
        limit = dice.threshold()
        body = [*body[:2], f"if {unit} > {limit}:", f"    rate -= {dice.random.randint(1, 2)}", body[2]]
    return Draft(
        f"value_{dice.domain.noun}", (category, unit), tuple(body),
        {category: (*words, "other"), unit: (1, 2, 5, 30, 410)}, f"computes the value of {dice.domain.subject}",
    )  # fmt: skip


@family
def ratio(dice: Dice) -> Draft:
    """A percentage with an edge case where the whole is zero."""
    part, whole = dice.numbers(2)
    edge = dice.random.choice([-1, 0, 50, 100])
    factor = dice.random.choice([10, 100, 1000])
    body = [f"if {whole} == 0:", f"    return {edge}", f"return {factor} * {part} // {whole}"]
    if dice.difficulty >= 3:
        body = [*body[:2], f"share = {factor} * {part} // {whole}", f"return min({factor}, share + {dice.small()})"]
    return Draft(
        f"share_{dice.domain.noun}", (part, whole), tuple(body), {part: (0, 1, 3, 7, 12), whole: (0, 2, 5, 9, 16)},
        f"computes a share for {dice.domain.subject}",
    )  # fmt: skip
