"""A task by its name: read from a file where one is given, else made from a seed."""

from pathlib import Path

from dulcet.benchmarks.memory.files import read_rows
from dulcet.benchmarks.memory.suite import TASKS, Suite, TaskName
from dulcet.errors import InputError


def open_suite(task: TaskName, data: Path | None, *, seed: int) -> Suite:
    """All questions of the task. Raises InputError for a file that is not in a form the task can be read from."""
    if task not in TASKS:
        raise InputError(f"no memory task is called '{task}'", do=f"There are: {', '.join(TASKS)}.")
    return made(task, seed) if data is None else read(task, data, seed)


def made(task: TaskName, seed: int) -> Suite:
    """The task, synthesised."""
    from dulcet.benchmarks.memory.nested import nested_kv
    from dulcet.benchmarks.memory.synthesis.conversations import make_dmr, make_locomo, make_opener
    from dulcet.benchmarks.memory.synthesis.documents import make_documents

    if task == "dmr":
        return make_dmr(seed=seed)
    if task == "opener":
        return make_opener(seed=seed)
    if task == "docqa":
        return make_documents(seed=seed)
    return nested_kv(seed=seed) if task == "nested_kv" else make_locomo(seed=seed)


def read(task: TaskName, data: Path, seed: int) -> Suite:
    """The task, read. Which of the forms of Multi-Session Chat a file has is seen from its first line."""
    from dulcet.benchmarks.memory import lost_in_the_middle, msc, self_instruct
    from dulcet.benchmarks.memory.locomo import read_locomo

    if task == "locomo":
        return read_locomo(data)
    if task == "docqa":
        return lost_in_the_middle.read_questions(data)
    if task == "nested_kv":
        return lost_in_the_middle.read_kv(data)
    with_facts = "sessions" in read_rows(data)[0].value
    if task == "dmr":
        return msc.read_dmr(data, seed=seed) if with_facts else self_instruct.read_dmr(data)
    return msc.read_opener(data) if with_facts else self_instruct.read_opener(data)
