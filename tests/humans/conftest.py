import pytest
import pytest_asyncio

from dulcet.benchmarks.frontend.browser.executable import find


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def eyes():
    """A real browser for the tests of a file, which run in one event loop (`pytestmark`)."""
    from dulcet.benchmarks.frontend.shared import SharedBrowser

    if find() is None:
        pytest.skip("there is no browser: dulcet browser install")

    browser = SharedBrowser()
    await browser.render("<p>It runs from here on, whoever else uses and closes it.</p>")
    yield browser
    await browser.close()
