"""Families that build or judge short texts."""

from dulcet.benchmarks.backend.synthesis.draft import Dice, Draft, around, family


@family
def label(dice: Dice) -> Draft:
    """A code made of a prefix, a separator and a number; one prefix from a limit on, another below."""
    (name,) = dice.numbers(1)
    limit = dice.threshold()
    high, low = dice.labels(2)
    mark = dice.pick("-", "/", ":", "_")
    body = [f"prefix = '{low}'", f"if {name} {dice.pick('>', '>=')} {limit}:", f"    prefix = '{high}'"]
    body += [f"return prefix + '{mark}' + str({name})"]
    if dice.difficulty >= 3:
        body[-1] = f"return (prefix + '{mark}' + str({name})).upper()" if dice.chance(0.5) else f"{body[-1]}.zfill(4)"
    return Draft(
        f"label_{dice.domain.noun}",
        (name,),
        tuple(body),
        {name: around(limit)},
        f"makes labels for {dice.domain.subject}",
    )


@family
def shorten(dice: Dice) -> Draft:
    """A text is cut at a length and gets an ending; an empty one gets a stand-in."""
    keep, ending = dice.random.randint(3, 8), dice.pick("...", "+", "*")
    stand_in = dice.pick("none", "unknown", "empty")
    body = ["if text == '':", f"    return '{stand_in}'"]
    body += [f"if len(text) > {keep}:", f"    return text[:{keep}] + '{ending}'", "return text"]
    if dice.difficulty >= 3:
        body[-1] = dice.pick("return text.upper()", "return text.lower()")
    texts = (
        "",
        "a",
        "Oak",
        "Elm 4",
        "Maple",
        "Willow",
        "Cypress",
        "Hawthorn",
        "Sycamores",
        "Silver Birch",
        "Weeping Ash",
    )
    return Draft(
        f"shorten_{dice.domain.noun}",
        ("text",),
        tuple(body),
        {"text": texts},
        f"shortens the names of {dice.domain.subject}",
    )
