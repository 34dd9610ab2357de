"""What the authorization server must be told. `api/settings.py` reads it from the environment."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts on which plain http is allowed: nobody can listen in between."""


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """Checked when made, so that a wrong setting stops the start and not the first token."""

    issuer: str
    """Our own address, ``https://host[:port]``, exactly as in ``iss`` (RFC 8414 section 2)."""
    audience: str
    """The resource that tokens are for: ``aud`` (RFC 9068 section 3)."""
    key_encryption_key: bytes = field(repr=False)
    """32 random bytes under which private signing keys are stored."""
    token_seconds: int = 300
    refresh_seconds: int = 8 * 3600
    """How long a person's consent can be used without asking again, refreshed or not."""
    key_days: int = 30
    """A key that is as old as this is followed by another; 0: only by command."""
    leeway_seconds: int = 30
    """How far the clocks of two machines may stand apart."""
    hashes_at_once: int = 4
    """Secrets compared at the same time; each takes 19 MiB while it lasts."""
    hashes_waiting: int = 256
    """Token requests that may queue for their turn; further ones are told to come back."""
    second_factor: bool = True
    """Whether people need an authenticator app or a passkey beside their password."""
    session_seconds: int = 12 * 3600
    """How long somebody stays signed in at most."""
    session_idle_seconds: int = 3600
    """How long somebody stays signed in without opening one of our pages."""
    invitation_hours: int = 72
    token_requests_per_minute: int = 300
    """What a client may ask of the token endpoint; an address four times that; 0: no limit."""
    failures_per_minute: int = 10
    """Wrong secrets of a client from one address; 0: no limit on any attempts, for tests only."""
    private_addresses: bool = False
    """Whether clients' keys and organisations' issuers may be inside our own network."""

    def __post_init__(self) -> None:
        address = urlsplit(self.issuer)
        secure = address.scheme == "https" or (
            address.scheme == "http" and address.hostname in LOOPBACK
        )
        if not secure or not address.hostname:
            raise ValueError("the issuer must be an https address (http only on localhost)")
        if self.issuer != f"{address.scheme}://{address.netloc}" or "@" in address.netloc:
            raise ValueError("the issuer must be only scheme and host, as in https://api.example")
        if not self.audience:
            raise ValueError("the audience must not be empty")
        if len(self.key_encryption_key) != 32:
            raise ValueError("the key-encryption key must be exactly 32 bytes")
        if not 30 <= self.token_seconds <= 3600:
            raise ValueError("tokens must live between 30 seconds and one hour")
        if not self.token_seconds <= self.refresh_seconds <= 30 * 24 * 3600:
            raise ValueError("refresh tokens must live as long as a token, and 30 days at most")
        if self.key_days < 0:
            raise ValueError("a key cannot be followed before it was made")
        if not 0 <= self.leeway_seconds <= 120:
            raise ValueError("the leeway must be between 0 and 120 seconds")
        if not 300 <= self.session_idle_seconds <= self.session_seconds <= 7 * 24 * 3600:
            raise ValueError("sessions must live between 5 minutes and 7 days, idle ones no longer")
        if not 1 <= self.invitation_hours <= 30 * 24:
            raise ValueError("invitations must be good for one hour to 30 days")
        if self.token_requests_per_minute < 0 or self.failures_per_minute < 0:
            raise ValueError("an allowance cannot be negative")
        if self.hashes_at_once < 1 or self.hashes_waiting < 0:
            raise ValueError("at least one secret must be compared at a time")
