"""SQLite's own clock and randomness, made to be those of the program. Takes effect when `sqlite3` is imported."""

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import entropy

DATES = {"date": 0, "time": 0, "datetime": 0, "julianday": 0, "unixepoch": 0, "strftime": 1}
"""SQLite's functions of a time, and the place of the time among their arguments."""
CURRENT = {"current_date": "date", "current_time": "time", "current_timestamp": "datetime"}


@contextmanager
def loading_sqlite(module: Any) -> Iterator[None]:
    """Every connection that is made from now on is given the functions below."""
    yield
    real_connect = module.connect

    def connect(*given: Any, **named: Any) -> Any:
        connection = real_connect(*given, **named)
        _replace_functions(connection)
        return connection

    own: list[Any] = []

    def ask(name: str, given: tuple[Any, ...]) -> Any:
        """What SQLite itself says: asked of a connection whose functions are its own."""
        if not own:
            own.append(real_connect(":memory:", check_same_thread=False))
        places = ",".join("?" * len(given))
        return own[0].execute(f"SELECT {name}({places})", given).fetchone()[0]

    def _replace_functions(connection: Any) -> None:
        for name, place in DATES.items():
            if name != "unixepoch" or module.sqlite_version_info >= (3, 38):
                connection.create_function(name, -1, _at_the_moment(ask, name, place), deterministic=True)
        for name, function in CURRENT.items():
            connection.create_function(name, 0, _at_the_moment(ask, function, 0), deterministic=True)
        connection.create_function("random", 0, lambda: int.from_bytes(entropy.draw(8), signed=True))
        connection.create_function("randomblob", 1, lambda size: entropy.draw(max(1, int(size))))

    module.connect = module.dbapi2.connect = connect


def _at_the_moment(ask: Callable[[str, tuple[Any, ...]], Any], name: str, place: int) -> Callable[..., Any]:
    """SQLite's function `name` with the frozen moment where it would read the clock."""

    def function(*given: Any) -> Any:
        told = given[place] if len(given) > place else "now"
        if isinstance(told, str) and told.lower() == "now" and len(given) >= place:
            given = (*given[:place], _moment(), *given[place + 1 :])
        return ask(name, given)

    return function


def _moment() -> str:
    return datetime.datetime.fromtimestamp(time.time(), datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
