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
    for text in ("(" * 5000, "```\n" * 3000, "def f(" * 1000, "\x00", "x = " + "-" * 100_000 + "1"):
        assert isinstance(program(text, ["f"]), str)
