"""Nothing that a page asks for leaves the machine or reads a file: a server on loopback is the witness."""

import asyncio
import socket
import time
import urllib.request

import pytest
from playwright.async_api import async_playwright

from dulcet.benchmarks.frontend.browser import Browser, PageLimits, confinement
from dulcet.benchmarks.frontend.browser.confinement import Confined
from dulcet.benchmarks.frontend.browser.process import FLAGS
from dulcet.sandbox.isolation import Isolation, SandboxError
from tests.benchmarks.frontend.browser.witness import witness

ESCAPES = """
<link rel="prefetch" href="{http}/prefetch"><link rel="preconnect" href="{http}"><link rel="dns-prefetch" href="{http}">
<link rel="preload" as="image" href="{http}/preload"><link rel="modulepreload" href="{http}/module.js">
<link rel="prerender" href="{http}/prerender"><link rel="manifest" href="{http}/manifest">
<link rel="icon" href="{http}/icon"><link rel="stylesheet" href="{http}/style.css">
<meta http-equiv="refresh" content="1;url={http}/refresh">
<style>@import url({http}/import.css); @font-face {{ font-family: q; src: url({http}/font.woff2) }}
body {{ font-family: q; background: url({http}/background.png); cursor: url({http}/cursor.png), auto }}</style>
<iframe src="{http}/frame"></iframe><object data="{http}/object"></object><embed src="{http}/embed">
<img src="{http}/picture.png" srcset="{http}/picture2.png 2x"><video src="{http}/video" poster="{http}/poster"></video>
<audio src="{http}/audio" autoplay></audio><input type="image" src="{http}/button"><track src="{http}/track">
<svg><image href="{http}/svg.png"/><use href="{http}/use.svg#a"/></svg>
<form id="f" action="{http}/form" method="post"><input name="q" value="1"></form>
<a ping="{http}/ping" href="{http}/a">a</a>
<script>
  const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{udp}"}}]}});
  peer.createDataChannel("x"); peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  const attempts = [
    () => fetch("{http}/fetch"), () => navigator.sendBeacon("{http}/beacon", "x"),
    () => new WebSocket("ws://127.0.0.1:{tcp}/socket"), () => new EventSource("{http}/events"),
    () => new Image().src = "{http}/image", () => navigator.serviceWorker.register("{http}/worker.js"),
    () => new Worker("{http}/worker2.js"), () => window.open("{http}/popup"),
  ];
  for (const attempt of attempts) try {{ attempt(); }} catch (error) {{}}
  setTimeout(() => document.forms[0].submit(), 900);
  setTimeout(() => location = "{http}/location", 1200);
</script>
<p>the page</p>
"""


def test_the_witness_sees_what_comes():
    with witness() as seen, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        urllib.request.urlopen(f"{seen.http}/hello", timeout=5).close()
        udp.sendto(b"hello", ("127.0.0.1", seen.udp))
        deadline = time.monotonic() + 10
        while len(seen.seen) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert sorted(seen.seen) == ["GET /hello HTTP/1.1", "a packet of 5 bytes"]


@pytest.mark.asyncio(loop_scope="package")
async def test_a_page_reaches_nobody_and_what_it_asked_for_is_counted(browser):
    with witness() as seen:
        rendered = await browser.render(ESCAPES.format(http=seen.http, tcp=seen.tcp, udp=seen.udp))
        await asyncio.sleep(1.5)
        assert seen.seen == []
    asked = {url.removeprefix(seen.http) for url in rendered.refused}
    assert {"/style.css", "/import.css", "/background.png", "/picture.png", "/frame", "/svg.png"} <= asked
    assert "/fetch" not in asked, "its scripts do not run"
    assert any(block.text == "the page" for block in rendered.blocks), "it went nowhere"


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("without", [(), ("namespaces",), ("seccomp", "landlock")])
async def test_the_kernel_alone_lets_nothing_out(installed, monkeypatch, without):
    """With scripts on, no interception, and each group of layers by itself."""
    monkeypatch.setattr(confinement, "WITHOUT", without)
    confined = Confined(Isolation.PROCESS)
    if not {"namespaces", "seccomp"} & set(confined.layers):
        pytest.skip(
            "the system gives an ordinary process neither namespaces nor seccomp: "
            "what they keep away is left to interception, tested above"
        )
    try:
        async with async_playwright() as driver:
            inside = await driver.chromium.launch(
                executable_path=confined.file, chromium_sandbox="own sandbox" in confined.layers,
                args=["--disable-dev-shm-usage", "--disable-gpu"],
            )  # fmt: skip
            with witness() as seen:
                page = await inside.new_page()
                await page.set_content(ESCAPES.format(http=seen.http, tcp=seen.tcp, udp=seen.udp), wait_until="commit")
                await asyncio.sleep(2)
                assert seen.seen == []
            await inside.close()
    finally:
        confined.close()


@pytest.mark.asyncio(loop_scope="package")
async def test_without_the_layers_the_witness_would_have_seen_it(installed):
    """What the others prove: an ordinary browser on the same page does reach the server."""
    from dulcet.benchmarks.frontend.browser.executable import find

    async with async_playwright() as driver:
        ordinary = await driver.chromium.launch(executable_path=find())
        with witness() as seen:
            page = await ordinary.new_page()
            await page.set_content(ESCAPES.format(http=seen.http, tcp=seen.tcp, udp=seen.udp), wait_until="commit")
            for _ in range(100):
                if any("packet" in line for line in seen.seen) and len(seen.seen) > 10:
                    break
                await asyncio.sleep(0.1)
            assert any("packet" in line for line in seen.seen)
            for way in ("/prefetch", "/fetch", "/beacon", "/import.css", "/frame"):
                assert any(way in line for line in seen.seen), way
        await ordinary.close()


@pytest.mark.asyncio(loop_scope="package")
async def test_no_file_is_read(browser, tmp_path):
    secret = tmp_path / "secret.svg"
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"><rect width="50" height="50"/></svg>'
    secret.write_text(drawing)
    with_file = f"<img src='file://{secret}' width=50 height=50><iframe src='file:///etc/passwd'></iframe>"
    without = with_file.replace(str(secret), "/nowhere.svg")
    assert (await browser.render(with_file)).png == (await browser.render(without)).png


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("without", [("landlock",), ("namespaces",)])
async def test_the_browser_itself_sees_no_files(installed, monkeypatch, tmp_path, without):
    """Even a page that may open files finds none, by each of the two layers alone."""
    monkeypatch.setattr(confinement, "WITHOUT", without)
    confined = Confined(Isolation.PROCESS)
    if not {"namespaces", "landlock"} & set(confined.layers):
        pytest.skip("the system gives an ordinary process neither namespaces nor Landlock, the layers that are tested")
    (tmp_path / "secret.txt").write_text("it was read")
    try:
        async with async_playwright() as driver:
            inside = await driver.chromium.launch(
                executable_path=confined.file, chromium_sandbox="own sandbox" in confined.layers, args=list(FLAGS)
            )
            page = await inside.new_page()
            for path in (tmp_path / "secret.txt", "/etc/passwd", "/proc/1/environ"):
                try:
                    await page.goto(f"file://{path}", timeout=5000)
                    text = await page.inner_text("body", timeout=5000)
                except Exception as error:
                    text = str(error)
                assert "it was read" not in text
                assert "root:" not in text
                assert "PATH=" not in text or "/usr/bin:/bin" in text
            await inside.close()
    finally:
        confined.close()


@pytest.mark.asyncio(loop_scope="package")
async def test_fewer_layers_than_demanded_are_refused(installed, monkeypatch):
    monkeypatch.setattr(confinement, "WITHOUT", ("namespaces", "landlock"))
    with pytest.raises(SandboxError, match="isolation 'contained' needs landlock or"):
        async with Browser(PageLimits(), processes=1, isolation=Isolation.CONTAINED):
            pass


@pytest.mark.asyncio(loop_scope="package")
async def test_the_layers_are_named(browser):
    assert browser.layers[-1] == "interception"
