"""A collector that takes whatever is sent and keeps nothing; prints its port.

In a process of its own, so that its work is nobody's whom it is compared with.
"""

import socket
import sys
import threading

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def serve(connection: socket.socket) -> None:
    """Answer every request of a connection."""
    with connection, connection.makefile("rb") as read:
        while True:
            length = 0
            line = read.readline()
            if not line:
                return
            while line not in {b"\r\n", b""}:
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                line = read.readline()
            read.read(length)
            connection.sendall(_ANSWER)


def main() -> None:
    """Serve until standard input ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)

        def accept() -> None:
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        sys.stdin.read()


if __name__ == "__main__":
    main()
