"""Programs that ask the clock or draw at random do the same in every process, at every time."""

import datetime
import random
import sys
import time

import pytest

from dulcet.sandbox import Limits, Status, Worker, request
from dulcet.sandbox.inside.clock import MOMENT

LIMITS = Limits(cpu_seconds=5, seconds=8, total_seconds=20)


@pytest.fixture(scope="module")
def workers():
    with Worker() as one, Worker() as other:
        yield one, other


def ask(worker, code, *calls):
    return worker.run(request(code, calls or ["f()"]), LIMITS)


def value(worker, code):
    (result,) = ask(worker, code)
    assert result.status is Status.VALUE, result
    return result.value


CLOCKS = {
    "time.time": "import time\ndef f(): return time.time(), time.time_ns()",
    "imported from time": "from time import time, strftime\ndef f(): return time(), strftime('%c')",
    "parts of the time": "import time\ndef f(): return time.localtime(), time.gmtime(), time.gmtime(None)",
    "texts of the time": "import time\ndef f(): return time.ctime(), time.asctime(), time.strftime('%H:%M:%S')",
    "clock_gettime": "import time\ndef f(): return time.clock_gettime(time.CLOCK_REALTIME)",
    "datetime": "from datetime import datetime as D\ndef f(): return D.now(), D.today(), D.utcnow()",
    "datetime in a zone": "import datetime as d\nD = d.datetime\ndef f(): return D.now(d.timezone.utc), D.now(tz=None)",
    "date": "import datetime\ndef f(): return datetime.date.today()",
    "at the top": "import datetime\nNOW = datetime.datetime.now()\ndef f(): return NOW",
    "own class": "import datetime\nclass D(datetime.datetime): pass\ndef f(): return str(D.now()), type(D.now()) is D",
    "uuid1": "import uuid\ndef f(): return uuid.uuid1(), uuid.uuid1()",
    "database": "import sqlite3\ndef f():\n    c = sqlite3.connect(':memory:')\n"
    "    c.execute('create table t (a, b default current_timestamp)')\n    c.execute('insert into t (a) values (1)')\n"
    "    return c.execute(\"select b, datetime('NOW', '+1 day'), date(), time('now'), strftime('%s', 'now'), "
    "julianday('now'), current_date, current_time from t\").fetchall()",
    "logging": "import logging\ndef f(): return logging.makeLogRecord({}).created",
}
DRAWS = {
    "random": "import random\ndef f(): return random.random(), random.choice('abc')",
    "at the top": "import random\nX = random.random()\nY = random.Random().random()\ndef f(): return X, Y",
    "seeded from the clock": "import random, time\ndef f(): random.seed(time.time()); return random.random()",
    "seeded from nothing": "import random\ndef f(): random.seed(); return random.random()",
    "own generator": "import random\ndef f(): return random.Random().random(), random.Random().random()",
    "own class of generator": "import random\nclass R(random.Random): pass\ndef f(): return R().random()",
    "system": "import random\ndef f(): return random.SystemRandom().random(), random.SystemRandom().randint(1, 99)",
    "urandom": "import os\ndef f(): return os.urandom(8), os.getrandom(3)",
    "secrets": "import secrets as s\ndef f(): return s.token_hex(8), s.randbelow(10**9), s.choice('abcdef')",
    "uuid4": "import uuid\ndef f(): return uuid.uuid4(), str(uuid.uuid4())",
    "order of a set": "def f(): return list({str(n) for n in range(99)})",
    "temporary names": "import tempfile, os\ndef f(): return os.path.basename(tempfile.NamedTemporaryFile().name)",
    "database": "import sqlite3\ndef f():\n    c = sqlite3.connect(':memory:')\n"
    "    return c.execute('select random(), hex(randomblob(4)), random()').fetchall()",
}
NUMPY = {
    "global": "import numpy as np\ndef f(): return np.random.rand(), np.random.randint(99)",
    "at the top": "import numpy as np\nX, G = np.random.rand(), np.random.default_rng().random()\ndef f(): return X, G",
    "in the function": "def f():\n    import numpy.random as r\n    return r.random()",
    "unseeded generator": "import numpy as np\ndef f(): return np.random.default_rng().random(3)",
    "old generator": "import numpy as np\ndef f(): return np.random.RandomState().rand()",
    "between two draws": "import os\nA = os.urandom(4)\nimport numpy as np\n"
    "def f(): return A, np.random.rand(), os.urandom(4)",
}
PANDAS = {
    "now": "import pandas as pd\ndef f(): return pd.Timestamp.now(), pd.Timestamp('now'), pd.Timestamp.today()",
    "in a zone": "import pandas as pd\ndef f(): return pd.Timestamp.now('UTC'), pd.to_datetime('now')",
}
ALL = {
    f"{kind}: {name}": (needs, code)
    for kind, needs, codes in (
        ("clock", None, CLOCKS), ("random", None, DRAWS),
        ("numpy", "numpy", NUMPY), ("pandas", "pandas", PANDAS),
    )
    for name, code in codes.items()
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_every_process_and_every_call_sees_the_same(workers, name):
    needs, code = ALL[name]
    if needs:
        pytest.importorskip(needs, reason=f"{needs} is not installed: pip install 'dulcet[test]'")
    one, other = workers
    first, second = ask(one, code, "f()", "f()")
    time.sleep(0.002)
    (elsewhere,) = ask(other, code, "f()")
    assert first.status is Status.VALUE, first
    assert first == second == elsewhere


def test_a_call_in_a_new_process_sees_what_it_would_have_seen(workers):
    """After a crash the rest is done by another process, in which nothing has been imported yet."""
    pytest.importorskip("numpy", reason="numpy is not installed: pip install 'dulcet[colbench]'")
    code = "import os, numpy as np\nX = np.random.rand()\ndef f(crash):\n    if crash: os._exit(1)\n"
    code += "    return X, np.random.rand(), np.random.default_rng().random(), os.urandom(2)"
    together, alone = ask(workers[0], code, "f(0)", "f(1)", "f(0)"), ask(workers[1], code, "f(0)")
    assert together[1].status is Status.CRASHED
    assert together[0] == together[2] == alone[0]


def test_the_clocks_agree_with_one_another(workers):
    code = (
        "import time, datetime as d\ndef f():\n    now = d.datetime.now()\n"
        "    return (now.timestamp() == time.time() == time.time_ns() / 1e9, now.date() == d.date.today(),\n"
        "            d.datetime.now(d.timezone.utc).replace(tzinfo=None) == now == d.datetime.utcnow(),\n"
        "            d.datetime(*time.localtime()[:6]) == now.replace(microsecond=0),\n"
        "            time.strftime('%Y-%m-%d', time.gmtime(0)), time.ctime(0), time.asctime(time.gmtime(0)))"
    )
    *agree, day, text, again = value(workers[0], code)["tuple"]
    assert agree == [True] * 4
    assert (day, text, again) == ("1970-01-01", "Thu Jan  1 00:00:00 1970", "Thu Jan  1 00:00:00 1970")
    moment = datetime.datetime.fromtimestamp(MOMENT / 1e9, datetime.UTC).replace(tzinfo=None).isoformat()
    assert value(workers[0], "import datetime\ndef f(): return datetime.datetime.now()") == {"datetime": moment}


def test_dates_are_still_of_their_class(workers):
    code = (
        "import pickle, datetime as d\nD = d.datetime\ndef f():\n    now = D.now()\n"
        "    return (type(now) is D, isinstance(now, d.date), type(now - d.timedelta(1)) is D,\n"
        "            D.__name__, D.__module__, pickle.loads(pickle.dumps(now)) == now,\n"
        "            type(D.strptime('2024', '%Y')) is D, type(D.today()) is D)"
    )
    assert value(workers[0], code)["tuple"] == [True, True, True, "datetime", "datetime", True, True, True]


def test_sleep_sleeps_and_moves_the_clock(workers):
    code = (
        "import time\ndef f():\n    began, real = time.time_ns(), time.perf_counter()\n    time.sleep(0.05)\n"
        "    return time.time_ns() - began, time.perf_counter() - real >= 0.049, time.monotonic() > 0"
    )
    assert value(workers[0], code) == {"tuple": [50_000_000, True, True]}


def test_replaced_functions_behave_like_built_in_ones(workers):
    code = (
        "import time, os, random\nclass A:\n    clock = time.time\n    draw = os.urandom\ndef f():\n    bad = []\n"
        "    for wrong in (lambda: time.time(1), lambda: os.urandom(-1), lambda: time.sleep(-1),\n"
        "                  lambda: time.localtime('x')):\n"
        "        try: wrong()\n        except (TypeError, ValueError) as error: bad.append(type(error).__name__)\n"
        "    return A().clock() == time.time(), len(A().draw(3)), os.urandom(0), bad, random.Random(7).random()"
    )
    expected = [
        True,
        3,
        {"bytes": ""},
        ["TypeError", "ValueError", "ValueError", "TypeError"],
        random.Random(7).random(),
    ]
    assert value(workers[0], code)["tuple"] == expected


def test_draws_differ_from_one_another(workers):
    code = (
        "import random, os, uuid\ndef f():\n    draws = (lambda: random.Random().random(), lambda: os.urandom(8),\n"
        "             uuid.uuid4, uuid.uuid1)\n    return tuple(len({draw() for _ in range(9)}) for draw in draws)"
    )
    assert value(workers[0], code)["tuple"] == [9, 9, 9, 9]


RESTORES = """
import datetime, gc, importlib, os, random, sys, time
for module in (time, random, os):
    importlib.reload(module)
for name, module in list(sys.modules.items()):
    if name.startswith("inside"):
        for attribute in list(vars(module)):
            if not attribute.startswith("__"):
                setattr(module, attribute, None)
def f(): return 1
"""


def test_who_undoes_it_undoes_it_for_himself(workers):
    worker = workers[0]
    before = value(worker, CLOCKS["datetime"]), value(worker, DRAWS["urandom"])
    (spoilt,) = ask(worker, RESTORES)
    assert spoilt.status in (Status.VALUE, Status.RAISED, Status.CRASHED)
    assert (value(worker, CLOCKS["datetime"]), value(worker, DRAWS["urandom"])) == before


def test_temporary_files_can_be_made(workers):
    code = "import tempfile\ndef f():\n    with tempfile.TemporaryFile('w+') as file:\n"
    code += "        file.write('a'); file.seek(0)\n        return file.read()"
    assert value(workers[0], code) == "a"


def test_this_process_has_its_own_time():
    assert "dulcet.sandbox.inside.clock" in sys.modules
    assert abs(time.time() - MOMENT / 1e9) > 86_400
    assert type(time.time).__name__ == "builtin_function_or_method"
