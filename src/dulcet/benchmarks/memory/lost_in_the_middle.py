"""The files of Lost in the Middle (Liu et al. 2023, arXiv 2307.03172): key-value pairs, and questions with passages.

Key-value retrieval is nested key-value retrieval at level 0. The questions of NaturalQuestions-Open come with their
gold passage alone: together the passages are one archive. That is another corpus than the paper's twenty million
passages of Wikipedia, and an easier one; what is measured here is comparable among ways, not with the paper.
"""

import hashlib
from pathlib import Path

from dulcet.benchmarks.memory.files import Row, read_rows, source_of
from dulcet.benchmarks.memory.nested import CONVENTION, kv_history, kv_question
from dulcet.benchmarks.memory.suite import Document, History, Question, Suite, checked
from dulcet.errors import InputError

ARCHIVE = "archive"
CORPUS = "all passages of the file as one archive; not the paper's Wikipedia"


def read_kv(path: Path) -> Suite:
    """Each line one history of pairs and one question of level 0."""
    histories: dict[str, History] = {}
    questions: list[Question] = []
    for number, row in enumerate(read_rows(path)):
        pairs = [_pair(value, row.where) for value in row.items("ordered_kv_records")]
        key, value = row.text("key"), row.text("value")
        if (key, value) not in pairs:
            raise InputError("field 'key': is not among the pairs with this value", where=row.where)
        history = kv_history(f"kv-{number}", pairs)
        histories[history.id] = history
        questions.append(kv_question(f"kv-{number}-0", history.id, [key, value]))
    source = {**source_of(path), "convention": CONVENTION}
    return checked(Suite("nested_kv", histories, tuple(questions), source), str(path))


def read_questions(path: Path) -> Suite:
    """Questions over one archive of all gold passages; passages with the same text are one document."""
    documents: dict[str, Document] = {}
    questions: list[Question] = []
    for number, row in enumerate(read_rows(path)):
        gold = [_document(passage) for passage in row.rows("ctxs") if passage.value.get("isgold", True)]
        documents.update((document.id, document) for document in gold)
        evidence = tuple(document.id for document in gold)
        questions.append(Question(f"nq-{number}", ARCHIVE, row.text("question"), row.texts("answers"), evidence))
    history = History(ARCHIVE, documents=tuple(documents.values()))
    source = {**source_of(path), "corpus": CORPUS, "documents": len(documents)}
    return checked(Suite("docqa", {ARCHIVE: history}, tuple(questions), source), str(path))


def _pair(value: object, where: str) -> tuple[str, str]:
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)):
        raise InputError("field 'ordered_kv_records': a list of pairs of texts is needed", where=where)
    return value[0], value[1]


def _document(passage: Row) -> Document:
    title, text = passage.text("title", blank=True), passage.text("text")
    name = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()[:12]
    return Document(f"doc-{name}", title, text)
