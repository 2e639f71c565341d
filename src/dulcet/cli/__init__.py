"""The command line. This file knows every command by name and imports none of them: `dulcet --help` is instant.

Adding a command is one class in its own file here and one line below.
"""

COMMANDS: dict[str, tuple[str, str]] = {
    "reproduce": ("dulcet.cli.reproduce:ReproduceCommand", "run the whole experiment, from tasks to report"),
    "talk": ("dulcet.cli.talk:TalkCommand", "be the person yourself, or watch an episode"),
    "tasks make": ("dulcet.cli.tasks:MakeCommand", "synthesise tasks in ColBench's form"),
    "tasks check": ("dulcet.cli.tasks_check:TasksCheckCommand", "read a task file and say what is wrong with it"),
    "grade": ("dulcet.cli.grade:GradeCommand", "grade answers to the tasks"),
    "collect": ("dulcet.cli.collect:CollectCommand", "let an agent and a person work on tasks; keep every episode"),
    "train": ("dulcet.cli.train:TrainCommand", "train an agent from collected episodes with one method"),
    "evaluate": ("dulcet.cli.evaluate:EvaluateCommand", "measure an agent on tasks, with intervals"),
    "memory run": ("dulcet.cli.memory_run:MemoryRunCommand", "measure a memory on its tasks, beside baselines"),
    "report": ("dulcet.cli.report:ReportCommand", "write a run's results as one page of HTML"),
    "browser install": ("dulcet.cli.browser:InstallCommand", "install what pages are drawn with"),
    "browser check": ("dulcet.cli.browser:CheckCommand", "draw a page, and say what held the browser"),
    "memory import": ("dulcet.cli.memory_import:ImportCommand", "put files into an agent's memory"),
    "memory search": ("dulcet.cli.memory_search:SearchCommand", "find something in a memory"),
    "memory show": ("dulcet.cli.memory_show:ShowCommand", "show what a memory holds"),
    "memory export": ("dulcet.cli.memory_export:ExportCommand", "write a memory as JSON Lines"),
    "house build": ("dulcet.cli.house:BuildCommand", "train the small model that ships with dulcet, from nothing"),
}
"""`group command` or `command` -> (`module:Class`, one-line summary), in the order that `--help` shows."""


def main(arguments: list[str] | None = None) -> int:
    """The `dulcet` command: run `arguments` (default: those of the process), return the exit code."""
    from dulcet.cli.main import run

    return run(arguments)
