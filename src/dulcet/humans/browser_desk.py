"""The desk: a small server on this machine alone at which one person looks at pages and answers.

It listens on 127.0.0.1, and every address begins with a random token, so that neither the network nor another user's
browser tab can look or answer. It serves no script and allows none.
"""

import asyncio
import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from dulcet.humans.browser_page import LONGEST_REPLY, REFRESH, View, ended_page, view_page, waiting_page

MOST_BYTES = 16 * LONGEST_REPLY
"""Of a form: a character has up to four bytes, each up to three characters in a form."""
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Desk:
    """Serves from `open` to `close`. What `ask` shows is answered by the person; None where they left."""

    def __init__(self) -> None:
        self._view: View | None = None
        self._settle: Callable[[str | None], None] = lambda reply: None
        self._lock = threading.Lock()
        self._over, self._waits = False, False
        self._looked = threading.Event()
        self._token = secrets.token_urlsafe(24)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        """Where to look."""
        return f"http://127.0.0.1:{self._server.server_port}/{self._token}/"

    async def ask(self, view: View) -> str | None:
        """Show a view and wait for the answer, for as long as it takes."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str | None] = loop.create_future()

        def settle(reply: str | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(lambda: None if answer.done() else answer.set_result(reply))

        with self._lock:
            self._view, self._settle = view, settle
        try:
            return await answer
        finally:
            with self._lock:
                self._view = None

    async def close(self) -> None:
        """Say goodbye to a browser that still waits, then stop."""
        self._over = True
        if self._waits:
            await asyncio.to_thread(self._looked.wait, 1.5 * REFRESH)
        await asyncio.to_thread(self._server.shutdown)
        self._server.server_close()

    def page(self) -> str:
        """What there is to see now."""
        with self._lock:
            view = self._view
        self._waits = view is None and not self._over
        if view is not None:
            return view_page(view)
        if not self._over:
            return waiting_page()
        self._looked.set()
        return ended_page()

    def picture(self, name: str) -> bytes | None:
        """A picture of the turn that is on; another turn's is gone."""
        with self._lock:
            view = self._view
        if view is None:
            return None
        return {f"shown-{view.turn}.png": view.shown, f"target-{view.turn}.png": view.target}.get(name)

    def answer(self, form: dict[str, list[str]]) -> None:
        """Take a form. One of an earlier turn (the back button) and one without words change nothing."""
        reply, left = form.get("reply", [""])[0].strip()[:LONGEST_REPLY], form.get("do") == ["leave"]
        with self._lock:
            if self._view is None or form.get("turn") != [str(self._view.turn)] or not (reply or left):
                return
            self._view, self._waits = None, True
            self._settle(None if left else reply)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        desk = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 30  # seconds; a browser opens connections ahead of time and leaves them idle

            def do_GET(self) -> None:
                name = self._name()
                if name == "":
                    self._send(HTTPStatus.OK, desk.page().encode(), "text/html; charset=utf-8")
                elif name is not None and (png := desk.picture(name)) is not None:
                    self._send(HTTPStatus.OK, png, "image/png")
                else:
                    self._send(HTTPStatus.NOT_FOUND)

            def do_POST(self) -> None:
                length = self.headers.get("Content-Length", "")
                if self._name() != "reply":
                    self._send(HTTPStatus.NOT_FOUND)
                elif not length.isdigit() or int(length) > MOST_BYTES:
                    self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                else:
                    desk.answer(parse_qs(self.rfile.read(int(length)).decode("utf-8", "replace")))
                    self._send(HTTPStatus.SEE_OTHER, location="./")  # so that looking again sends nothing again

            def _name(self) -> str | None:
                """What is asked for behind the token; None for whoever does not know it, or comes by another name."""
                _, _, rest = self.path.partition("/")
                token, slash, name = rest.partition("/")
                known = secrets.compare_digest(token.encode(), desk._token.encode())
                host = self.headers.get("Host", "") == f"127.0.0.1:{desk._server.server_port}"
                return name if known and slash and host else None

            def _send(
                self, status: HTTPStatus, body: bytes = b"", kind: str = "text/plain", location: str = ""
            ) -> None:
                self.send_response(status)
                headers = _HEADERS | {"Content-Type": kind, "Content-Length": str(len(body))}
                for header, value in (headers | ({"Location": location} if location else {})).items():
                    self.send_header(header, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is the base class's)
                """Nothing: the terminal belongs to the conversation."""

        return Handler
