"""A real HTTP server that answers as the tests tell it: a list of replies, one a request, the last one for ever."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep


@dataclass
class Reply:
    status: int = 200
    body: object = None
    headers: dict = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False


def completion(text="Hello.", finish="stop", usage=(7, 3), choices=1):
    message = {"role": "assistant", "content": text}
    one = [{"index": index, "message": message, "finish_reason": finish} for index in range(choices)]
    body = {"id": "1", "object": "chat.completion", "created": 0, "model": "stub", "choices": one}
    if usage is not None:
        body["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return Reply(body=body)


def refusal(status, message="no", code=None, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"error": {"message": message, "type": "error", "code": code}}, names)


@dataclass
class Stub:
    url: str
    requests: list = field(default_factory=list)
    keys: list = field(default_factory=list)
    most_at_once: int = 0


@contextmanager
def serve(*replies):
    """Serve `replies` on a free port of 127.0.0.1; yields a Stub that records what was asked."""
    lock = threading.Lock()
    under_way = [0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                reply = replies[min(len(stub.requests), len(replies) - 1)]
                stub.requests.append(request)
                stub.keys.append(self.headers.get("Authorization"))
                under_way[0] += 1
                stub.most_at_once = max(stub.most_at_once, under_way[0])
            sleep(reply.delay)
            with lock:
                under_way[0] -= 1
            if reply.drop:
                self.close_connection = True
                self.connection.close()
                return
            content = json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                self.wfile.write(content)
            except OSError:  # the client did not wait
                self.close_connection = True

        def log_message(self, *arguments):
            pass

        def finish(self):
            try:
                super().finish()
            except (OSError, ValueError):  # the connection was dropped on purpose
                return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    stub = Stub(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
