"""A grader as many are: the answer runs in the grader's own process and is asked whether it equals what is expected.

It is here to show that the attacks on a grader work; run it in a process of its own.
"""

import json
import sys


def grade(reference, answer, checks):
    """The share of checks whose values are equal."""
    passed = 0
    for check in checks:
        expected = run(reference, check)
        try:
            actual = run(answer, check)
        except Exception:
            continue
        passed += bool(actual == expected)
    return passed / len(checks)


def run(code, check):
    namespace = {}
    exec(code, namespace)
    return eval(check, namespace)


if __name__ == "__main__":
    print(grade(*json.load(sys.stdin)))
