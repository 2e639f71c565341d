import time

import pytest

from dulcet.sandbox.inside.extract import program


def value(reply, call="f(2)", names=("f",)):
    namespace = {}
    exec(program(reply, list(names)), namespace)
    return eval(call, namespace)


F = "def f(x):\n    return x + 1"
REPLIES = {
    "bare": F,
    "indented": "    " + F.replace("\n", "\n    "),
    "a space before it": " " + F,
    "fenced": f"```python\n{F}\n```",
    "prose around": f"Here it is:\n\n```python\n{F}\n```\nIt adds one, e.g. `f(1)`.",
    "capital tag": f"```Python\n{F}\n```",
    "no tag": f"Sure!\n```\n{F}\n```",
    "tildes": f"~~~py\n{F}\n~~~",
    "never closed": f"```python\n{F}",
    "in a list": "1. like this\n\n   ```python\n   " + F.replace("\n", "\n   ") + "\n   ```",
    "usage first": f"```python\nprint(f(1))\n```\n```python\n{F}\n```",
    "shell first": f"```bash\npip install x\n```\n```python\n{F}\n```",
    "usage after": f"```python\n{F}\n```\nUse:\n```python\nassert f(1) == 99\n```",
    "helper in another block": "```python\nimport math\nONE = 1\ndef one():\n    return math.floor(ONE)\n```\n"
    "then\n```python\ndef f(x):\n    return x + one()\n```",
    "prose without fences": f"Here is the function.\n\n{F}\n\nIt adds one to what it's given.",
    "import and prose": f"The code:\nimport math\n\n{F}\nThat's all, isn't it?",
    "fence in a docstring": 'def f(x):\n    """\n    ```python\n    f(1)\n    ```\n    """\n    return x + 1',
    "windows line ends": F.replace("\n", "\r\n"),
    "windows line ends in a fence": f"So:\n```python\n{F}\n```\nIt's done.\n".replace("\n", "\r\n"),
    "old Macintosh line ends": F.replace("\n", "\r"),
    "byte order mark": "\ufeff" + F,
    "byte order mark before a fence": f"\ufeff```python\n{F}\n```",
    "tabs": "def f(x):\n\treturn x + 1",
    "tabs in a fence in a list": "* so:\n\t```py\n\tdef f(x):\n\t\treturn x + 1\n\t```",
    "longer fence": f"````python\n{F}\n````\nDone.",
    "longer closing fence": f"```python\n{F}\n`````\nDone.",
    "tildes with a tag": f"Look:\n~~~Python3\n{F}\n~~~\nDone.",
    "tag with a version": f"```python3.11\n{F}\n```\nDone.",
    "tag in braces": f"```{{.python .numberLines}}\n{F}\n```\nDone.",
    "tag and title": f'```py title="f.py"\n{F}\n```\nDone.',
    "tag of another kind": f"```text\n{F}\n```\nDone.",
    "typographic quotes around": f"“Sure” — here’s ‘f’:\n\n```python\n{F}\n```\n…that’s it.",
    "typographic quotes without fences": f"“Sure” — here’s ‘f’:\n\n{F}\n\n…that’s it.",
    "trailing fence is never closed": f"```python\n{F}\n```\nUse it:\n```python\nprint(f(1))",
    "trailing fence is empty": f"```python\n{F}\n```\n```",
    "fence in a docstring in a fence": '```python\ndef f(x):\n    """Add one.\n\n    ```python\n    f(1)\n    ```\n'
    '    """\n    return x + 1\n```\nDone.',
    "bare code and a fenced example": f"{F}\n\nUse it like this:\n\n```python\nassert f(1) == 99\n```",
    "prose between import and function": f"First\nimport math\nand then the function itself:\n{F}\nIt's all.",
    "prose between helper and function": "def one():\n    return 1\n\nIt's used here:\n\n"
    "def f(x):\n    return x + one()",
    "helper that needs a constant of a later block": "```python\ndef one():\n    return ONE\n```\n"
    "```python\nONE = 1\n```\n```python\ndef f(x):\n    return x + one()\n```",
    "import with a fallback in another block": "```python\ntry:\n    from nowhere import floor\nexcept ImportError:\n"
    "    from math import floor\n```\n```python\ndef f(x):\n    return floor(x + 1.5)\n```",
    "everything imported in another block": "```python\nfrom math import *\n```\n"
    "```python\ndef f(x):\n    return floor(x + 1.5)\n```",
    "future import and a helper elsewhere": "```python\nONE = 1\n```\n```python\nfrom __future__ import annotations\n"
    "def f(x: Unknown):\n    return x + ONE\n```",
    "defined in a branch": "Here:\n```python\nif True:\n    def f(x):\n        return x + 1\n```",
    "a lambda": "```python\nf = lambda x: x + 1\n```",
    "a class that is called": "```python\nclass f(int):\n    def __new__(cls, x):\n        return x + 1\n```",
    "comments only around": f"# the answer\n{F}\n# that was it",
    "two blocks that define it": f"```python\n{F}\n```\nor\n```python\ndef f(x):\n    return 0\n```",
    "broken block first": f"```python\ndef f(x) return x\n```\nRather:\n```python\n{F}\n```",
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
def test_the_program_is_found(reply):
    assert value(reply) == 3


def test_the_block_that_defines_the_function_counts():
    first = "```python\ndef g(x):\n    return 0\n```\n"
    assert value(first + f"```python\n{F}\n```") == 3
    assert value(first + f"```python\n{F}\n```", "g(2)", ["g"]) == 0


def test_what_holds_no_program_comes_back_as_it_is():
    assert program("I do not know.", ["f"]) == "I do not know."
    assert program("", ["f"]) == ""


def test_hostile_text_does_not_raise():
    for text in HOSTILE:
        began = time.monotonic()
        assert isinstance(program(text, ["f"]), str)
        assert time.monotonic() - began < 10


HOSTILE = [
    "(" * 5000,
    "```\n" * 3000,
    "```a\n" * 5000,
    "`" * 200_000,
    "~~~ " * 50_000,
    "def f(" * 1000,
    "import x\n)\n" * 1000,
    "x = 1\nIt's\n" * 1000,
    "\x00",
    "x = " + "-" * 100_000 + "1",
    "\ud800",
]


def test_what_is_wrong_with_a_program_is_not_hidden():
    assert program("```python\ndef f(x) return x\n```", ["f"]) == "def f(x) return x"
    assert program("Like this: def f(x) return x", ["f"]) == "Like this: def f(x) return x"
