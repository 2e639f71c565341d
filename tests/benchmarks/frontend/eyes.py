"""Tests that look at pages need a browser; where there is none they are skipped, and say so."""

import pytest

from dulcet.benchmarks.frontend.browser.executable import find

needs_browser = pytest.mark.skipif(find() is None, reason="there is no browser: dulcet browser install")
