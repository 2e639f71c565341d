"""A real server with a model that is a function: of the conversation and the seed."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from dulcet.models.open import ModelSpec
from tests.models.stub import completion


@contextmanager
def serve(says):
    """Serve `says(messages, seed) -> text`; yields a ModelSpec, and the list of the conversations continued so far."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append(asked["messages"])
            text = says(asked["messages"], asked.get("seed") or 0)
            body = json.dumps(completion(text).body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments): ...

    class Server(ThreadingHTTPServer):
        request_queue_size = 512  # all that come at once

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield ModelSpec(model="served", base_url=f"http://127.0.0.1:{server.server_port}/v1", retries=0), seen
    finally:
        server.shutdown()
        server.server_close()
