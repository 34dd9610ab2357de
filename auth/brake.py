"""The place where guessing secrets will be slowed down.

A limit that holds across replicas needs shared state; it comes with the rate limits of the whole
API. The token endpoint already asks here before it compares a secret and tells what came of it.
"""

from typing import Protocol


class SlowDown(Exception):
    """Too many wrong secrets; nothing is compared until this many seconds have passed."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again in {seconds} seconds")
        self.seconds = seconds


class Brake(Protocol):
    """Counts failures by client key and by address. A key that is not even well formed is None."""

    async def token_request(self, client_key: str | None, address: str | None) -> None:
        """Raise SlowDown when this client or this address has failed too often."""

    async def failed(self, client_key: str | None, address: str | None) -> None:
        """A wrong secret, or an unknown client: the two are counted alike."""


class NoBrake:
    """Lets everything pass."""

    async def token_request(self, client_key: str | None, address: str | None) -> None:
        return None

    async def failed(self, client_key: str | None, address: str | None) -> None:
        return None
