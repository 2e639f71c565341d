"""The rules of the house (docs/architecture.md), read off the source: who imports whom, how long a file may be."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dulcet
from dulcet.cli import COMMANDS

SOURCE = Path(dulcet.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))

GROUND = {"errors", "seeds", "jsonl"}
"""What anything may import; it imports nothing else of dulcet."""

FORBIDDEN = {
    "task": {"*"},
    "trajectory": {"*"},
    "sandbox": {"benchmarks", "humans", "agents", "models", "environment", "rollout"},
    "benchmarks": {"humans", "agents", "rollout", "evaluation"},
    "humans": {"agents", "environment", "rollout", "evaluation"},
    "models": {"humans", "agents", "environment", "rollout", "benchmarks", "evaluation"},
    "memory": {"humans", "agents", "environment", "rollout", "benchmarks", "evaluation"},
    "agents": {"environment", "rollout", "humans", "benchmarks", "evaluation"},
    "environment": {"agents", "rollout", "models", "evaluation"},
    "rollout": {"evaluation"},
    "training": {"humans", "environment", "benchmarks", "sandbox", "evaluation"},
    "credit": {"humans", "environment", "sandbox", "evaluation"},
    "evaluation": set(),
    "report": set(),
}
"""Wing -> wings that it must not import."""

UPPER = {
    "training": {"credit", "recipes", "report", "house"},
    "credit": {"recipes", "report", "house"},
    "evaluation": {"credit", "training", "recipes", "house"},
    "report": {"training", "recipes", "house"},
}
LEARNING = {"credit", "training", "recipes", "report", "house"}
"""What the lower wings know nothing of."""

HEAVY = {
    "torch",
    "transformers",
    "peft",
    "accelerate",
    "openai",
    "matplotlib",
    "numpy",
    "safetensors",
    "playwright",
    "json5",
}
LIGHT = ("models/base.py", "models/open.py", "models/endpoint.py")
HEAVY_ALLOWED = (
    "training/",
    "credit/",
    "models/",
    "house/",
    "evaluation/",
    "report/",
    "benchmarks/frontend/similarity/",
)
"""Where a heavy package may be imported at module level (but for `LIGHT`); elsewhere in the function that uses it."""
STANDALONE = "sandbox/inside/"
"""Runs in a process of its own, without dulcet: it imports nothing but its own files, by relative imports."""


def relative(path):
    return path.relative_to(SOURCE).as_posix()


def imported(path, *, top_level=False):
    """Absolute names of the modules imported; `top_level`: those alone that are imported when the file is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in at_import(tree) if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                assert relative(path).startswith(STANDALONE), f"{relative(path)}:{node.lineno}: a relative import"
                continue
            yield node.module
            if node.module == "dulcet":
                yield from (f"dulcet.{alias.name}" for alias in node.names if alias.name != "__version__")


def at_import(node):
    """The nodes that run when the module is imported: not functions, not `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from at_import(child)


def wings(path):
    """The wings of dulcet that a file imports; a wing's `base` is its words, which anybody may use."""
    names = [name for name in imported(path) if name.startswith("dulcet.") and not name.endswith(".base")]
    return {name.split(".")[1] for name in names}


def forbidden(wing):
    everything = {relative(path).partition("/")[0].removesuffix(".py") for path in FILES}
    if "*" in FORBIDDEN.get(wing, ()):
        return everything - GROUND - {wing}
    return FORBIDDEN.get(wing, set()) | UPPER.get(wing, LEARNING if wing in FORBIDDEN else set())


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_run_down_never_up(path):
    wing = relative(path).partition("/")[0].removesuffix(".py")
    found = wings(path)
    assert not (found & forbidden(wing)), f"{relative(path)} imports what is above it"
    if wing not in ("cli", "__main__"):
        assert "cli" not in found, "nobody knows the command line"
    if wing in GROUND:
        assert found <= GROUND


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_heavy_packages_are_imported_where_they_are_used(path):
    if relative(path).startswith(HEAVY_ALLOWED) and relative(path) not in LIGHT:
        return
    heavy = {name.partition(".")[0] for name in imported(path, top_level=True)} & HEAVY
    assert not heavy, f"{relative(path)} imports {heavy} at module level"


@pytest.mark.parametrize("path", [path for path in FILES if relative(path).startswith(STANDALONE)], ids=relative)
def test_what_runs_inside_the_sandbox_needs_no_dulcet(path):
    assert not wings(path)


def test_the_commands_are_light_until_they_run():
    """`dulcet COMMAND --help` waits for no torch."""
    modules = sorted({target.partition(":")[0] for target, _ in COMMANDS.values()})
    probe = f"import {', '.join(modules)}, sys; print(*{HEAVY!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_file_holds_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_an_agent_is_never_given_the_hidden_information():
    """`Task` has the hidden information; the agents' wing must not even know the type."""
    for path in FILES:
        if relative(path).startswith("agents/"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            assert "Task" not in names, relative(path)
            assert "hidden" not in attributes, relative(path)
