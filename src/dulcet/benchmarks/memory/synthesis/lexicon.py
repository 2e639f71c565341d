"""What people in synthesised conversations say of themselves, and how it is asked for later.

Everything is said in one of two ways: with a word of the question, so that matching words finds it, or without any, so
that it takes more than that.
`{x}` is the answer; `{whose}` becomes a name with 's, `your` or `my`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One thing that can be said of a person."""

    said: str
    """By the person, in passing, in words that the question does not have."""
    plain: str
    """The same with a word of the question in it."""
    question: str
    persona: str
    """The plain fact, as a persona would list it."""
    opener: str
    """How somebody who remembers it begins the next conversation."""
    pool: tuple[str, ...]
    many: bool = False
    """Whether a person has several values, said in different sessions: its questions are multi-hop."""


def _pool(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


KINDS: tuple[Kind, ...] = (
    Kind(
        "We finally settled on {x} for the puppy, it just suits the little rascal.",
        "The dog answers to the name of {x} now, most of the time at least.",
        "What is the name of {whose} dog?",
        "My dog is called {x}.",
        "How is {x} doing, still chewing on everything?",
        _pool("Biscuit, Pepper, Waffle, Moss, Juno, Taco, Echo, Bramble, Olive, Rocket"),
    ),
    Kind(
        "Practising the {x} every evening is driving the neighbours mad, and I am not even good yet.",
        "I have found an instrument at last, the {x}, and I am not even good yet.",
        "Which instrument is {whose} instrument?",
        "I am learning to play the {x}.",
        "Have the neighbours forgiven you for the {x} by now?",
        _pool("cello, oboe, banjo, trombone, accordion, harp, clarinet, mandolin, viola, sitar"),
    ),
    Kind(
        "Everyone in {x} knew everyone when I was small, you could not skip school without my mother hearing of it.",
        "It was strange to walk through my old home town again, {x} has hardly changed.",
        "What is {whose} home town?",
        "I grew up in {x}.",
        "Were you back in {x} lately?",
        _pool("Kilmore, Alvesta, Tarnow, Besalu, Lindau, Orvieto, Roskilde, Matera, Tavira, Piran"),
    ),
    Kind(
        "No cake for me if there is {x} in it, last time I ended up in hospital.",
        "The allergy is getting worse, one bite of {x} and I ended up in hospital.",
        "What is {whose} allergy?",
        "I am allergic to {x}.",
        "I found a recipe without any {x} and thought of you, shall I send it?",
        _pool("hazelnut, sesame, shellfish, celery, mustard, lupin, peanut, egg white, buckwheat, soy"),
    ),
    Kind(
        "They called back, I start as a {x} at the beginning of next month!",
        "I have got a new job, can you believe it, as a {x} from the beginning of next month!",
        "What is {whose} new job?",
        "I work as a {x}.",
        "How is life as a {x} treating you?",
        _pool(
            "beekeeper, court clerk, tram driver, glazier, dental nurse, surveyor, florist, archivist, welder, tailor"
        ),
    ),
    Kind(
        "{x} is staying in our spare room until her divorce is through, it is like sharing a nursery again.",
        "My sister is staying with us, {x} says hello, it is like sharing a nursery again.",
        "What is the name of {whose} sister?",
        "My sister {x} is staying with me.",
        "Is {x} still in your spare room?",
        _pool("Ines, Petra, Solveig, Amara, Delia, Fiona, Greta, Hanna, Leonie, Marisol"),
    ),
    Kind(
        "The {x} gave up in the middle of the roundabout this morning, smoke everywhere.",
        "The car is dead, the poor old {x} gave up in the middle of the roundabout.",
        "What make is {whose} car?",
        "I drive an old {x}.",
        "Did the {x} get through the winter?",
        _pool("Lancia, Skoda, Subaru, Dacia, Saab, Opel, Mazda, Daihatsu, Fiat, Peugeot"),
    ),
    Kind(
        "Stayed up until three because I could not put down {x}, today I am useless.",
        "That novel, {x}, kept me up until three, today I am useless.",
        "What is the title of the novel on {whose} bedside table?",
        "I am reading {x}.",
        "Did you ever finish {x}?",
        _pool(
            "The Salt Road, Winter Orchard, A House of Wires, The Ninth Ferry, Paper Lighthouse, The Quiet Engine,"
            " Small Hours, The Copper Moth, Northern Glass, Letters to Ash"
        ),
    ),
    Kind(
        "If I could only eat one thing for the rest of my days it would be {x}.",
        "My grandmother made {x}, still the favourite dish of the whole family, and mine above all.",
        "What is {whose} favourite dish?",
        "My favourite dish is {x}.",
        "I made {x} yesterday and thought of you.",
        _pool(
            "mushroom risotto, pierogi, okonomiyaki, lamb tagine, gumbo, shakshuka, bibimbap, moussaka, paella, laksa"
        ),
    ),
    Kind(
        "We signed for the flat at last, {x}, third floor and no lift, you will hate it.",
        "I have a new address at last, {x}, third floor and no lift, you will hate it.",
        "What is {whose} new address?",
        "I live in {x}.",
        "Have you unpacked everything in {x}?",
        _pool(
            "Tanner Lane, Quarry Street, Mill Bank, Abbey Row, Foundry Hill, Cooper Yard, Dock Parade, Larch Close,"
            " Saddler Way, Chapel Rise"
        ),
    ),
    Kind(
        "The kitchen is {x} now, all four walls, and nobody could talk me out of it.",
        "I chose a colour for the kitchen: {x}, and nobody could talk me out of it.",
        "What colour is {whose} kitchen?",
        "I painted my kitchen {x}.",
        "Are you still happy with a {x} kitchen?",
        _pool("turquoise, mustard yellow, plum, mint green, brick red, navy, peach, charcoal, lilac, ochre"),
    ),
    Kind(
        "The week in {x} was over far too soon, we walked until our feet gave out.",
        "The holidays in {x} were over far too soon, we walked until our feet gave out.",
        "Which cities are {whose} holidays in?",
        "I spent a holiday in {x}.",
        "Do you still dream of {x}?",
        _pool("Lisbon, Tallinn, Marrakesh, Bergen, Krakow, Hanoi, Quito, Tbilisi, Seville, Galway"),
        many=True,
    ),
    Kind(
        "Somebody dragged me along to {x} on Saturday and now I cannot lift my arms.",
        "Of all sports I ended up with {x} on Saturday, and now I cannot lift my arms.",
        "Which sports are among {whose} attempts?",
        "I tried {x}.",
        "Did you go to {x} again?",
        _pool("bouldering, fencing, rowing, archery, judo, curling, kayaking, squash, parkour, water polo"),
        many=True,
    ),
)

EVENTS: tuple[tuple[str, str], ...] = (
    ("I gave the speech at the retirement party for old Mr Halloran", "{whose} speech at the retirement party"),
    ("I sat the second part of the boating exam", "{whose} boating exam"),
    ("I had the wisdom tooth out, the left one", "{whose} tooth operation"),
    ("I helped my cousin carry everything into the new bakery", "the move into the bakery of {whose} cousin"),
    ("I read two of my poems on stage in the library basement", "{whose} reading of poems"),
    ("I ran the ten kilometres along the canal, in the rain", "{whose} run along the canal"),
    ("I adopted the grey cat from the shelter", "the adoption of {whose} cat"),
    ("I sold the caravan to a couple with twins", "the sale of {whose} caravan"),
    ("I fell off the ladder while picking cherries", "{whose} fall from the ladder"),
    ("I met the new headmistress about the school garden", "{whose} meeting with the headmistress"),
)
"""(what a person says they did, how it is asked for later)."""

WHEN: tuple[tuple[str, int], ...] = (("yesterday", 1), ("this morning", 0), ("the day before yesterday", 2))
"""(how people say it, days before the conversation)."""

SMALL_TALK: tuple[str, ...] = (
    "How was your week?",
    "It has been raining for days, the whole street smells of wet leaves.",
    "I can never decide what to watch in the evening.",
    "That sounds lovely, tell me more another time.",
    "Work was busy again, three meetings that should have been letters.",
    "Did you sleep well? I hardly did.",
    "The coffee place on the corner has new owners, and it got better.",
    "I keep telling myself to read more and then I do the washing-up instead.",
    "You always know how to cheer me up.",
    "My phone is almost empty, bear with me.",
    "I have to be quick today, the train leaves soon.",
    "The neighbours had a party until two.",
    "Sounds like a plan. Weekends are too short anyway.",
    "I was thinking about what you said the other day.",
    "Honestly, I would have done the same.",
    "The supermarket was out of everything again.",
    "I should drink more water, everybody says so.",
    "Time flies, it is almost the end of the month.",
    "Somebody parked across our entrance again.",
    "We should meet for a walk when the weather turns.",
)
NEAR: tuple[str, ...] = (
    "A colleague of mine is thinking about getting a dog, I told him to wait.",
    "My uncle plays three instruments, and none of them well.",
    "A friend has so many allergies that she brings her own bread.",
    "There was something about kitchens and colours on the radio.",
    "My cousin is looking for a new flat and hates every street she sees.",
    "Somebody at work wants to sell a car, nobody wants to buy it.",
    "I heard a long talk about novels that nobody finishes.",
    "The neighbour's sister has got a new job, I forget where.",
    "People keep sending me pictures of their holidays in big cities.",
    "There is a new sports hall, I have not been inside.",
)
"""Distractors: about the same things as the facts, and not holding any."""
NAMES: tuple[str, ...] = _pool(
    "Ada, Bruno, Carla, Dmitri, Elena, Farid, Gwen, Hugo, Ingrid, Jonas, Kira, Liam, Mona, Nils, Oona, Pavel, Rosa,"
    " Samir, Tilda, Viktor"
)
