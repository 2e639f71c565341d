"""Draws a page, says where the browser is, and waits to be ended."""

import asyncio

from dulcet.benchmarks.frontend.browser import Browser


async def main():
    async with Browser(processes=1) as browser:
        await browser.render("<p>hello")
        (process,) = browser._processes
        print(process._confined.process.read_text().strip(), process._confined.folder, flush=True)
        await asyncio.sleep(60)


asyncio.run(main())
