"""Document question answering on an archive of invented places, so that no model can know the answers beforehand."""

from dataclasses import dataclass
from random import Random

from dulcet.benchmarks.memory.suite import Document, History, Question, Suite, checked
from dulcet.benchmarks.memory.synthesis.lexicon import NAMES
from dulcet.seeds import derive

ARCHIVE = "archive"
ONSETS, MIDDLES, ENDS = ("Bar", "Cal", "Dorn", "Esk", "Fal", "Gris", "Hol", "Il", "Kor", "Lun", "Mar", "Nor", "Or",
    "Pel", "Quin", "Ras", "Sel", "Tor", "Ul", "Ver"), ("a", "e", "i", "o", "u", "en", "ar", "is"), ("bach", "dale",
    "feld", "gard", "holm", "mere", "ness", "stad", "thal", "wick")  # fmt: skip
SORTS = ("observatory", "botanical garden", "clock museum", "lighthouse", "music festival", "paper mill", "railway")
SURNAMES = ("Aldane", "Brovik", "Castellan", "Drummond", "Eklund", "Ferrante", "Galloway", "Hartnell", "Ivarsen",
    "Jellicoe", "Kovacs", "Lindqvist", "Moreau", "Nakamura", "Okafor", "Pretorius")  # fmt: skip
FILLER = (
    "Visitors come mostly in the warm months, and a small shop sells postcards and tea.",
    "A long restoration was paid for by a lottery, and the roof has been dry since.",
    "Local schools send their older pupils there once a year to write a report.",
    "The road that leads to it is narrow, and buses stop a short walk away.",
    "A local paper once called it the best kept secret of the district.",
    "Two guides share the work, and one of them has been there for thirty years.",
)


@dataclass(frozen=True)
class _Thing:
    """One invented place and what is known of it."""

    name: str
    sort: str
    founder: str
    year: int
    town: str

    @property
    def facts(self) -> tuple[tuple[str, str, str], ...]:
        """(sentence, question, answer)."""
        title = f"the {self.name} {self.sort}"
        return (
            (f"{self.founder} set it up with borrowed money.", f"Who founded {title}?", self.founder),
            (f"It opened its doors in {self.year}.", f"In which year was {title} opened?", str(self.year)),
            (f"It stands on the edge of {self.town}.", f"Near which town is {title}?", self.town),
        )


def make_documents(*, seed: int, documents: int = 500, questions: int = 50) -> Suite:
    """`questions` questions to an archive of `documents`; names recur with other sorts of places, as distractors."""
    random = Random(derive(seed, "memory", "docqa"))
    names = [a + b + c for a in ONSETS for b in MIDDLES for c in ENDS]
    random.shuffle(names)
    kinds = [(name, sort) for name in names[: documents // 4 + 1] for sort in random.sample(SORTS, 4)][:documents]
    things = [_thing(random, name, sort, names[documents // 4 + 1 :]) for name, sort in kinds]
    written = [_document(random, number, thing) for number, thing in enumerate(things)]
    asked = []
    for number in sorted(random.sample(range(len(things)), min(questions, len(things)))):
        _, text, answer = random.choice(things[number].facts)
        asked.append(Question(f"doc-{number}-q", ARCHIVE, text, (answer,), (written[number].id,)))
    history = History(ARCHIVE, documents=tuple(written))
    source = {"synthesised": True, "seed": seed, "documents": len(written), "corpus": "invented places"}
    return checked(Suite("docqa", {ARCHIVE: history}, tuple(asked), source), "docqa")


def _thing(random: Random, name: str, sort: str, towns: list[str]) -> _Thing:
    founder = f"{random.choice(NAMES)} {random.choice(SURNAMES)}"
    return _Thing(name, sort, founder, random.randint(1780, 1990), random.choice(towns))


def _document(random: Random, number: int, thing: _Thing) -> Document:
    lines = [sentence for sentence, _, _ in thing.facts] + random.sample(FILLER, 3)
    random.shuffle(lines)
    title = f"{thing.name} {thing.sort}"
    text = " ".join([f"The {title} is known far beyond its district.", *lines])
    return Document(f"doc-{number}", title, text)
