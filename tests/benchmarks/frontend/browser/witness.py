"""A server on loopback that writes down whoever comes, by TCP or UDP: the witness of what a page lets out."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Witness:
    """`tcp`, `udp`: the ports; `seen`: the first line of all that came."""

    tcp: int
    udp: int
    seen: list[str] = field(default_factory=list)

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.tcp}"


@contextlib.contextmanager
def witness() -> Iterator[Witness]:
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        found = Witness(tcp.getsockname()[1], udp.getsockname()[1])
        for target in (_accept, _receive):
            threading.Thread(target=target, args=(tcp if target is _accept else udp, found), daemon=True).start()
        yield found
        for opened in (tcp, udp):
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, found: Witness) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = server.accept()
            with client, contextlib.suppress(OSError):
                client.settimeout(2)
                found.seen.append(client.recv(4096).split(b"\r\n")[0].decode("latin-1") or "a connection")
                client.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")


def _receive(server: socket.socket, found: Witness) -> None:
    with contextlib.suppress(OSError):
        while True:
            data, _ = server.recvfrom(4096)
            if data:
                found.seen.append(f"a packet of {len(data)} bytes")
