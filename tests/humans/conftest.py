import pytest


@pytest.fixture
async def eyes():
    """A real browser for this test's event loop."""
    from dulcet.benchmarks.frontend.shared import SharedBrowser

    browser = SharedBrowser()
    yield browser
    await browser.close()
