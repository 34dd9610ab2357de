"""Trusted documents: those an installation knows by the SHA-256 hash of their text.

A client sends the hash instead of the text, as `documentId` (GraphQL over HTTP, appendix A) or as
Apollo's `extensions.persistedQuery`. They come from files at the start and never over the network,
so an installation may accept no others.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.errors import Code, Problem

PREFIX = "sha256:"


class DocumentsRefused(ValueError):
    """A file of documents is not what it should be; the text says which, and why."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """The documents of an installation."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """By hash, in lower-case hexadecimal digits."""
    only: bool = False
    """Whether no others are run."""

    def text(self, sent: str, known_as: str | None) -> str:
        """The document to run, of which the text was sent, or the hash, or both."""
        if known_as is None:
            return sent
        if sent:
            if hash_of(sent) != known_as:
                raise Problem(Code.BAD_INPUT, detail="The hash is not that of the query.")
            return sent
        if text := self.texts.get(known_as):
            return text
        code = Code.PERSISTED_QUERY_NOT_FOUND if self.texts else Code.PERSISTED_QUERY_NOT_SUPPORTED
        raise Problem(code)


def hash_of(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def named(sent: Mapping[str, Any]) -> str | None:
    """The hash that the parameters of a request name, in either of the two ways."""
    known_as = sent.get("documentId")
    if not isinstance(known_as, str | None):
        raise Problem(Code.BAD_INPUT, detail="The parameter documentId must be a string or null.")
    match sent.get("extensions"):
        case {"persistedQuery": {"version": 1, "sha256Hash": str(apollo)}}:
            if known_as is not None and known_as.removeprefix(PREFIX) != apollo:
                raise Problem(Code.BAD_INPUT, detail="Two documents are named.")
            return apollo
        case {"persistedQuery": _}:
            raise Problem(
                Code.BAD_INPUT, detail="persistedQuery must be {version: 1, sha256Hash: string}."
            )
    return None if known_as is None else known_as.removeprefix(PREFIX)


def load(path: Path) -> dict[str, str]:
    """The documents of a file, or of all files in a folder, by hash."""
    if path.is_dir():
        files = sorted(file for kind in ("graphql", "json") for file in path.rglob(f"*.{kind}"))
    else:
        files = [path]
    texts = {hash_of(text): text for file in files for text in _read(file)}
    if not texts:
        raise DocumentsRefused(f"{path} has no documents in it: *.graphql, or manifests in *.json.")
    return texts


def _read(file: Path) -> Iterator[str]:
    try:
        content = file.read_bytes().decode()
        if file.suffix == ".json":
            yield from _manifest(file, json.loads(content))
        else:
            yield content
    except DocumentsRefused:
        raise
    except OSError as error:
        raise DocumentsRefused(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise DocumentsRefused(f"{file} is not JSON, or not in UTF-8.") from None


def _manifest(file: Path, manifest: Any) -> Iterator[str]:
    """The texts of a manifest: an object of texts by hash (Relay, GraphQL Code Generator), or
    Apollo's list of operations."""
    match manifest:
        case {"format": "apollo-persisted-query-manifest", "version": 1, "operations": list(found)}:
            pairs = [_operation(file, one) for one in found]
        case dict():
            pairs = list(manifest.items())
        case _:
            raise DocumentsRefused(f"{file} is not a manifest: an object of texts by hash.")
    for known_as, text in pairs:
        if not isinstance(text, str) or hash_of(text) != known_as.removeprefix(PREFIX):
            raise DocumentsRefused(f"{file}: {known_as} is not the SHA-256 hash of its text.")
        yield text


def _operation(file: Path, given: Any) -> tuple[str, Any]:
    match given:
        case {"id": str(known_as), "body": body}:
            return known_as, body
    raise DocumentsRefused(f"{file} has an operation without id or body.")
