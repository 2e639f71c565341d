"""Who tells the demonstrators what differs: the scripted designer, before pages that no browser has drawn.

It is shown what the dialect's own layout says is there, so tens of thousands of conversations take minutes.
"""

from functools import lru_cache

from dulcet.benchmarks.frontend.dialect import Page
from dulcet.benchmarks.frontend.dialect.layout import lay_out
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.humans.designer.differences import describe


def describe_pages(page: Page, wanted: Page, seed: int) -> str:
    """What the designer says who sees both pages: the most striking differences first, or that it looks right."""
    return describe(lay_out(page), _target(wanted), seed=seed)


@lru_cache(maxsize=64)
def _target(wanted: Page) -> Rendered:
    return lay_out(wanted)
