"""A browser that the tests of this folder share, or the reason why there is none."""

import pytest
import pytest_asyncio

from dulcet.benchmarks.frontend.browser import Browser, PageLimits, parts
from dulcet.benchmarks.frontend.browser.executable import find


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser():
    if find() is None or parts.wrong():
        pytest.skip("there is no browser here: dulcet browser install")
    async with Browser(PageLimits(seconds=30), processes=1) as browser:
        yield browser
