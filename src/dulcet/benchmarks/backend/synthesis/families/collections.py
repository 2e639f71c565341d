"""Families over lists: counting, choosing, ranking, totals."""

from dulcet.benchmarks.backend.synthesis.draft import Dice, Draft, Value, family


@family
def count(dice: Dice) -> Draft:
    """How many of the values pass a limit; on harder tasks values are weighted or ignored."""
    name = f"{dice.numbers(1)[0]}_list"
    limit, sign = dice.random.randint(5, 40), dice.pick(">", ">=", "<", "<=")
    body = [f"return len([x for x in {name} if x {sign} {limit}])"]
    if dice.difficulty >= 2:
        body = [f"found = len([x for x in {name} if x {sign} {limit}])", f"return found * {dice.small()}"]
    if dice.difficulty >= 4:
        body = [f"if not {name}:", f"    return {-dice.random.randint(1, 9)}", *body]
    return Draft(
        f"count_{dice.domain.noun}", (name,), tuple(body), {name: _lists(dice, limit)},
        f"counts {dice.domain.subject}",
    )  # fmt: skip


@family
def total(dice: Dice) -> Draft:
    """The sum of the values beyond a limit."""
    name = f"{dice.numbers(1)[0]}_list"
    limit, sign = dice.random.randint(5, 40), dice.pick(">", ">=", "<", "<=")
    body = [f"return sum([x for x in {name} if x {sign} {limit}])"]
    if dice.difficulty >= 3:
        body = [f"kept = [x for x in {name} if x {sign} {limit}]", f"return sum(kept) + {dice.small()} * len(kept)"]
    return Draft(
        f"total_{dice.domain.noun}", (name,), tuple(body), {name: _lists(dice, limit)},
        f"adds up the numbers of {dice.domain.subject}",
    )  # fmt: skip


@family
def rank(dice: Dice) -> Draft:
    """The first few of the values in one order."""
    name = f"{dice.numbers(1)[0]}_list"
    keep = dice.random.randint(2, 4)
    order = dice.pick(f"sorted({name})", f"sorted({name}, reverse=True)")
    body = [f"return {order}[:{keep}]"]
    if dice.difficulty >= 3:
        limit = dice.random.randint(5, 40)
        body = [f"kept = [x for x in {name} if x {dice.pick('>', '<')} {limit}]", body[0].replace(name, "kept")]
    return Draft(
        f"rank_{dice.domain.noun}", (name,), tuple(body), {name: _lists(dice, 20)},
        f"finds the numbers that stand out among {dice.domain.subject}",
    )  # fmt: skip


@family
def select(dice: Dice) -> Draft:
    """The names of the records whose field passes a limit."""
    (field,) = dice.numbers(1)
    limit, sign = dice.random.randint(5, 40), dice.pick(">", ">=", "<", "<=")
    rows = "records"
    test = f"r['{field}'] {sign} {limit}"
    if dice.difficulty >= 3:
        test += f" {dice.pick('and', 'or')} r['{dice.domain.category}'] == '{dice.domain.categories[0]}'"
    result = f"[r['name'] for r in {rows} if {test}]"
    body = [f"return {result}"] if dice.chance(0.5) else [f"names = {result}", "return sorted(names)"]
    values = _records(dice, field, limit)
    return Draft(
        f"select_{dice.domain.noun}", (rows,), tuple(body), {rows: values}, f"picks some of {dice.domain.subject}"
    )


def _lists(dice: Dice, limit: int) -> tuple[Value, ...]:
    """Short lists of numbers around the limit, the limit itself often among them, the empty list once."""
    around = [limit - 1, limit, limit + 1, limit + 9, max(0, limit - 7), 2 * limit]
    some = [
        dice.random.choices([*around, dice.random.randint(0, 60)], k=size)
        for size in (1, 2, 3, 3, 4, 4, 5, 5, 6, 7) * 3
    ]
    return ([], *some)


def _records(dice: Dice, field: str, limit: int) -> tuple[Value, ...]:
    names = ["Ida", "Bo", "Cy", "Ann", "Eve", "Dan"]

    def record() -> dict[str, object]:
        value = dice.random.choice([limit - 1, limit, limit + 1, limit + 9])
        return {
            "name": dice.random.choice(names),
            field: value,
            dice.domain.category: dice.random.choice(dice.domain.categories),
        }

    return ([], *([record() for _ in range(size)] for size in (1, 2, 2, 3, 3, 3, 4, 4) * 3))
