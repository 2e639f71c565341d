import asyncio
import re
import shutil
import socket
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
import pytest_asyncio

from dulcet.benchmarks.frontend.dialect import compile_page, parse_page
from dulcet.humans.browser_desk import Desk
from dulcet.humans.browser_page import View
from dulcet.humans.browser_person import BrowserPerson
from dulcet.humans.terminal import PersonLeft
from dulcet.task import Task
from tests.benchmarks.frontend.eyes import needs_browser

pytestmark = pytest.mark.asyncio(loop_scope="module")
WANTED = compile_page(parse_page("nav blue left | Rosa | Home, Shop\nfooter | Bye"))
TASK = Task(id="p1", benchmark="frontend", prompt="Bakery: a <warm> page.", hidden=WANTED)
DRAFT = "nav red left | Rosa | Home, Shop"


class Visitor:
    """A browser without scripts, as far as it is needed: gets, posts, and follows a redirect."""

    def __init__(self, url):
        self.port, self.path = urlsplit(url).port, urlsplit(url).path

    def send(self, method, name="", form=None, headers=None, path=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        body = urlencode(form).encode() if form else None
        connection.request(method, path if path is not None else self.path + name, body, headers or {})
        answer = connection.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return found

    async def get(self, name=""):
        return await asyncio.to_thread(self.send, "GET", name)

    async def answer(self, words, turn, do="send"):
        status, headers, _ = await asyncio.to_thread(
            self.send, "POST", "reply", {"turn": turn, "reply": words, "do": do}
        )
        assert (status, headers["Location"]) == (303, "./")

    async def until(self, words):
        for _ in range(100):
            text = (await self.get())[2].decode()
            if words in unescape(text):
                return text
            await asyncio.sleep(0.02)
        raise AssertionError(f"never saw {words!r}")


def messages(content, *said):
    told = [{"role": "user", "content": TASK.prompt}]
    for words in said:
        told += [{"role": "assistant", "content": DRAFT}, {"role": "user", "content": words}]
    return [*told, {"role": "assistant", "content": content}]


@pytest_asyncio.fixture(loop_scope="module")
async def person(eyes):
    urls = []
    person = BrowserPerson(announce=urls.append)
    person.urls = urls
    yield person
    await person.close()


async def ask(person, *arguments):
    """The reply under way, and a visitor that is there."""
    reply = asyncio.ensure_future(person.reply(TASK, messages(*arguments), seed=1))
    while not person.urls:
        await asyncio.sleep(0.01)
        assert not reply.done(), reply
    return reply, Visitor(person.urls[0])


async def test_two_pictures_a_field_and_an_answer(person, eyes):
    reply, visitor = await ask(person, f"How is this?\n```\n{DRAFT}\n```", "A bar, please.")
    text = await visitor.until("How is this?")
    assert "Bakery: a &lt;warm&gt; page." in text
    assert "<li>A bar, please.</li>" in text
    assert "<script" not in text
    assert "bg-" not in text
    assert re.findall(r'<img src="([^"]+)"', text) == ["shown-1.png", "target-1.png"]
    status, headers, shown = await visitor.get("shown-1.png")
    assert (status, headers["Content-Type"]) == (200, "image/png")
    assert shown == (await eyes.render(compile_page(parse_page(DRAFT)))).png
    assert (await visitor.get("target-1.png"))[2] == (await eyes.render(WANTED)).png
    assert not reply.done()
    await visitor.answer("Make the bar blue & bold. é", turn=1)
    assert await reply == "Make the bar blue & bold. é"
    assert "at work" in await visitor.until("at work")
    assert (await visitor.get("target-1.png"))[0] == 404


async def test_the_next_turn_at_the_same_address_and_the_back_button(person):
    reply, visitor = await ask(person, DRAFT)
    await visitor.until("Turn 1")
    await visitor.answer("One.", turn=1)
    assert await reply == "One."
    again, _ = await ask(person, DRAFT, "One.")
    await visitor.until("Turn 2")
    await visitor.answer("One.", turn=1)
    await visitor.answer("   ", turn=2)
    assert not again.done()
    await visitor.answer("Two.", turn=2)
    assert await again == "Two."
    assert len(person.urls) == 1


async def test_hostile_messages_are_words_and_pictures(person):
    hostile = "<img src=x onerror=alert(1)> & <script>alert(2)</script>"
    reply, visitor = await ask(person, f"{hostile}\n<html><body>{hostile}</body></html>")
    text = await visitor.until("Turn 1")
    assert "<script" not in text
    assert "<img src=x" not in text
    headers = (await visitor.get())[1]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    reply.cancel()


async def test_no_page_in_the_message(person):
    reply, visitor = await ask(person, "Which colours do you like?")
    text = await visitor.until("Which colours do you like?")
    assert "There is no page in this message." in text
    assert 'src="shown' not in text
    assert (await visitor.get("shown-1.png"))[0] == 404
    await visitor.answer("Blue.", turn=1)
    assert await reply == "Blue."


async def test_leaving(person):
    reply, visitor = await ask(person, DRAFT)
    await visitor.until("Turn 1")
    await visitor.answer("", turn=1, do="leave")
    with pytest.raises(PersonLeft):
        await reply


class Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


async def test_the_keyboard_alone_will_do(person):
    """The field has the focus, and the first button of its form is the one that Enter presses."""
    reply, visitor = await ask(person, DRAFT)
    reader = Fields()
    reader.feed(await visitor.until("Turn 1"))
    focused = [attrs["name"] for _, attrs in reader.tags if "autofocus" in attrs]
    buttons = [attrs["value"] for tag, attrs in reader.tags if tag == "button"]
    labels = [attrs["for"] for tag, attrs in reader.tags if tag == "label"]
    assert (focused, buttons, labels) == (["reply"], ["send", "leave"], ["reply"])
    assert all(attrs["alt"] for tag, attrs in reader.tags if tag == "img")
    reply.cancel()


VIEW = View(turn=3, request="A page.", target=b"png", shown=None)


async def test_only_who_knows_the_address_gets_in():
    desk = Desk()
    asked = asyncio.ensure_future(desk.ask(VIEW))
    await asyncio.sleep(0)
    visitor = Visitor(desk.url)
    token = visitor.path.strip("/")
    assert len(token) >= 32
    send = lambda *a, **k: asyncio.to_thread(visitor.send, *a, **k)  # noqa: E731
    for path in ("/", "/reply", f"/{token[:-1]}/", f"/{token}", "/../", f"/{token}/../x", f"/{token}/shown-3.png"):
        assert (await send("GET", path=path))[0] == 404, path
    assert (await send("GET", headers={"Host": "evil.example"}))[0] == 404
    assert (await send("POST", "other", {"turn": 3, "reply": "x"}))[0] == 404
    assert (await send("POST", path="/reply", form={"turn": 3, "reply": "x"}))[0] == 404
    assert (await send("POST", "reply", {"turn": 3, "reply": "x" * 20_000}))[0] == 413
    assert not asked.done()
    assert (await send("GET"))[0] == 200
    asked.cancel()
    await desk.close()
    with pytest.raises(OSError):
        await send("GET")


async def test_it_listens_on_this_machine_alone():
    desk = Desk()
    assert desk._server.socket.getsockname()[0] == "127.0.0.1"
    own = socket.gethostbyname(socket.gethostname())
    if own != "127.0.0.1":
        with pytest.raises(OSError):
            socket.create_connection((own, desk._server.server_port), timeout=1)
    await desk.close()


async def test_a_browser_that_waits_is_told_the_end():
    desk = Desk()
    visitor = Visitor(desk.url)
    assert "at work" in (await visitor.get())[2].decode()
    closing = asyncio.ensure_future(desk.close())
    assert "That was it" in await visitor.until("That was it")
    await closing


@needs_browser
async def test_a_real_browser_without_scripts_can_answer():
    from playwright.async_api import async_playwright

    desk = Desk()
    asked = asyncio.ensure_future(desk.ask(VIEW))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium-headless-shell"))
        page = await (await browser.new_context(java_script_enabled=False)).new_page()
        await page.goto(desk.url)
        await page.wait_for_selector(":focus")  # the field has it of itself, a moment after the page is there
        await page.keyboard.type("Make it blue.")
        await page.keyboard.press("Enter")
        assert await asyncio.wait_for(asked, 10) == "Make it blue."
        await page.wait_for_selector("text=The designer is at work")
        second = asyncio.ensure_future(desk.ask(View(turn=4, request="A page.", target=b"png", shown=None)))
        await page.wait_for_selector("text=Which differences do you see?", timeout=10_000)
        second.cancel()
        await browser.close()
    await desk.close()
