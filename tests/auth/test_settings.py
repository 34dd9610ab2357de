"""Settings that must stop the start."""

from typing import Any

import pytest

from auth.settings import AuthSettings

GOOD: dict[str, Any] = {
    "issuer": "https://api.test",
    "audience": "https://api.test/graphql",
    "key_encryption_key": b"k" * 32,
}


@pytest.mark.parametrize(
    "issuer",
    ["https://api.test", "https://api.test:8443", "http://localhost:8000", "http://127.0.0.1"],
)
def test_good_issuers(issuer: str) -> None:
    assert AuthSettings(**GOOD | {"issuer": issuer}).issuer == issuer


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": ""},
        {"issuer": "api.test"},
        {"issuer": "http://api.test"},
        {"issuer": "https://api.test/"},
        {"issuer": "https://api.test/path"},
        {"issuer": "https://api.test?x=1"},
        {"issuer": "https://user@api.test"},
        {"issuer": "ftp://localhost"},
        {"audience": ""},
        {"key_encryption_key": b"short"},
        {"key_encryption_key": b"k" * 33},
        {"token_seconds": 0},
        {"token_seconds": 86400},
        {"leeway_seconds": -1},
        {"hashes_at_once": 0},
    ],
)
def test_bad_settings(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must"):
        AuthSettings(**GOOD | change)


def test_the_key_is_never_shown() -> None:
    assert "kkk" not in repr(AuthSettings(**GOOD))
