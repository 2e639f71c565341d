"""The compact page dialect: a page in a few short lines, which compile to real HTML with Tailwind classes.

    page white
    nav dark blue right | Rosa Bakery | Home, Menu, Contact
    hero light yellow centred large | Fresh bread every day | button red Order now
    cards 3 light grey left | Bread, Cakes, Coffee
    footer black centred | Open from six

It is for agents too small to write HTML. How a page looks follows from what its lines say, so that a person who sees
the picture can say what has to change: order, alignment, colours, sizes, columns, texts.
"""

from dulcet.benchmarks.frontend.dialect.compile import compile_page, dialect_of
from dulcet.benchmarks.frontend.dialect.message import FoundPage, find_page, is_dialect
from dulcet.benchmarks.frontend.dialect.parse import DialectError, Reading, parse_page, read_page
from dulcet.benchmarks.frontend.dialect.spec import KINDS, Button, Page, Section
from dulcet.benchmarks.frontend.dialect.words import ALIGNMENTS, COLOURS, SIZES
from dulcet.benchmarks.frontend.dialect.write import write_line, write_page

__all__ = [
    "ALIGNMENTS",
    "COLOURS",
    "KINDS",
    "SIZES",
    "Button",
    "DialectError",
    "FoundPage",
    "Page",
    "Reading",
    "Section",
    "compile_page",
    "dialect_of",
    "find_page",
    "is_dialect",
    "parse_page",
    "read_page",
    "write_line",
    "write_page",
]
