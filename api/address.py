"""The address we serve at, taken before anything that takes time is even loaded."""

import errno
import socket


class AddressTaken(Exception):
    """Nothing can be served at this address; the text says why."""


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything else is done, so that a wrong one is told at once."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        taken = socket.socket(family, kind, protocol)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(1)  # only this shuts out another one that listens already
    except OverflowError:
        raise AddressTaken(f"There is no port {port}.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = f"Port {port} is in use. Stop what uses it, or choose another with --port."
        elif error.errno == errno.EACCES:
            why = f"This user may not use port {port}. Choose one above 1023 with --port."
        else:
            why = f"Nothing can be served at {host} port {port}: {error.strerror}."
        raise AddressTaken(why) from None
    return taken


def url_of(taken: socket.socket, name: str = "") -> str:
    """The address for a person on the same machine; by ``localhost`` if that is how it was named,
    because passkeys belong to a name and never to a number."""
    host, port = taken.getsockname()[:2]
    if name == "localhost":
        return f"http://localhost:{port}"
    if host in ("0.0.0.0", "::"):  # noqa: S104  (every address, so the nearest one as well)
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
