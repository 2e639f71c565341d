"""Errors that a user can act on: what was wrong, where, and what to do.

The command prints such an error as one line and exits with its `exit_code`; any other exception is a
defect of dulcet and keeps its traceback.
"""


class DulcetError(Exception):
    """Something the user can mend. `what` says what is wrong, `where` names the place, `do` says what helps."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        self.what, self.where, self.do = what, where, do
        line = f"{where}: {what}" if where else what
        super().__init__(" ".join(f"{line}. {do}".split()) if do else " ".join(line.split()))


class InputError(DulcetError):
    """A file, a field or an argument is missing or wrong. Exit code 2."""


class EndpointError(DulcetError):
    """A model server did not answer, or answered with an error that does not go away. Exit code 3."""

    exit_code = 3


class StorageError(DulcetError):
    """Nothing more can be written (disk full, no permission); what was written before is kept. Exit code 4."""

    exit_code = 4


class MissingDependencyError(DulcetError):
    """An optional package is not installed. Exit code 5."""

    exit_code = 5

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"the package '{package}' is not installed", do=f"Run: pip install 'dulcet[{extra}]'")
