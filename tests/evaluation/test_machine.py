import json
import platform
from pathlib import Path

from dulcet import __version__
from dulcet.evaluation.machine import keep_machine, machine


def test_it_says_what_numbers_depend_on_and_not_whose_machine_it_is():
    found = machine()
    assert found["processor"] and found["cores"] >= 1
    assert found["dulcet"] == __version__ and found["python"] == platform.python_version()
    text = json.dumps(found)
    assert platform.node() not in text and str(Path.home()) not in text


def test_where_a_run_was_begun_is_kept(tmp_path):
    path = tmp_path / "machine.json"
    path.write_text('{"processor": "another"}')
    keep_machine(path)
    assert json.loads(path.read_text()) == {"processor": "another"}
