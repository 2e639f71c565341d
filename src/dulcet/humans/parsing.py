"""Parse source that other people wrote, quietly."""

import ast
import warnings


def parse(source: str) -> ast.Module | None:
    """The syntax tree, or None where `source` is not Python. Warnings about its style are not our user's business."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            return None
