"""Every way a request can go wrong as a whole: its code, its sentences, its HTTP status.

The codes stand in ``errors[].extensions.code``. An error leaves the house only through `explain`,
which says what a client may know and nothing that an exception happened to quote: messages of
drivers and of value parsers contain the names of children.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from graphql import FieldNode, GraphQLError

Language = Literal["id", "en"]


class Code(StrEnum):
    """What went wrong, for programs to act on. The sentences are for people."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    MISSING_SCOPE = "MISSING_SCOPE"
    BAD_INPUT = "BAD_INPUT"
    NOT_FOUND = "NOT_FOUND"
    RATE_LIMITED = "RATE_LIMITED"
    TOO_COMPLEX = "TOO_COMPLEX"
    TOO_LARGE = "TOO_LARGE"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    DAMAGED = "DAMAGED"
    INTERNAL = "INTERNAL"

    @property
    def status(self) -> int:
        """The HTTP status when the whole request came to nothing for this reason."""
        return _ABOUT[self].status

    @property
    def concerns_transport(self) -> bool:
        """Whether intermediaries must see the failure in the status, whatever the media type.

        A document that does not validate is a well-formed request over the older
        ``application/json``, and answered with 200 there; a missing token never is.
        """
        return self not in (Code.BAD_INPUT, Code.NOT_FOUND, Code.TOO_COMPLEX)

    def sentence(self, language: Language, facts: dict[str, Any] | None = None) -> str:
        """What to tell a person. Facts are named in braces."""
        about = _ABOUT[self]
        text = about.indonesian if language == "id" else about.english
        return text.format_map(facts or {})


@dataclass(frozen=True, slots=True)
class _About:
    status: int
    indonesian: str
    english: str


_ABOUT: dict[Code, _About] = {
    Code.UNAUTHENTICATED: _About(
        401,
        "Permintaan ini memerlukan token akses yang masih berlaku.",
        "This request needs an access token that is still valid.",
    ),
    Code.MISSING_SCOPE: _About(
        403,
        "Token Anda tidak memiliki izin (scope) {scope}.",
        "Your token does not carry the scope {scope}.",
    ),
    Code.BAD_INPUT: _About(
        400,
        "Permintaan tidak dapat dipahami.",
        "The request could not be understood.",
    ),
    Code.NOT_FOUND: _About(404, "Data tidak ditemukan.", "Not found."),
    Code.RATE_LIMITED: _About(
        429,
        "Terlalu banyak permintaan. Coba lagi dalam {retryAfter} detik.",
        "Too many requests. Try again in {retryAfter} seconds.",
    ),
    Code.TOO_COMPLEX: _About(
        400,
        "Permintaan terlalu rumit: {limit} mencapai {actual}, paling banyak {maximum}.",
        "The request is too complex: {limit} comes to {actual}, at most {maximum} is allowed.",
    ),
    Code.TOO_LARGE: _About(
        413,
        "Permintaan terlalu besar: paling banyak {maximum} bita.",
        "The request is too large: at most {maximum} bytes are allowed.",
    ),
    Code.TIMEOUT: _About(
        504,
        "Permintaan dihentikan karena terlalu lama. Periksa dahulu apakah perubahan sudah"
        " tersimpan sebelum mengirimnya lagi.",
        "The request took too long and was stopped. Before you send a change again, look whether"
        " it was saved.",
    ),
    Code.UNAVAILABLE: _About(
        503,
        "Layanan sedang tidak dapat dihubungi. Coba lagi sebentar lagi.",
        "The service cannot be reached just now. Try again shortly.",
    ),
    Code.CHANGED_MEANWHILE: _About(
        409,
        "Akses Anda ditutup ketika permintaan ini dijawab; baca ulang. Periksa dahulu apakah"
        " perubahan sudah tersimpan sebelum mengirimnya lagi.",
        "Your access was shut while this was being answered; read again. Before you send a change"
        " again, look whether it was saved.",
    ),
    Code.PERSISTED_QUERY_NOT_FOUND: _About(
        400,
        "Tidak ada dokumen tepercaya dengan pengenal ini.",
        "No trusted document has this identifier.",
    ),
    Code.PERSISTED_QUERY_NOT_SUPPORTED: _About(
        400,
        "Layanan ini tidak memiliki dokumen tepercaya: kirimkan teks dokumennya.",
        "This service has no trusted documents: send the text of the document.",
    ),
    Code.DOCUMENT_NOT_TRUSTED: _About(
        403,
        "Layanan ini hanya menjalankan dokumen tepercaya, dan ini bukan salah satunya.",
        "This service runs trusted documents only, and this is not one of them.",
    ),
    Code.DAMAGED: _About(
        500,
        "Yang tersimpan tidak dapat dibuka: berubah di luar sistem, atau kuncinya hilang. Hubungi"
        " pengelola dan sebutkan nomor {requestId}.",
        "What is kept does not open: it was changed from outside, or its key is missing. Tell the"
        " operator, and quote {requestId}.",
    ),
    Code.INTERNAL: _About(
        500,
        "Terjadi kesalahan di pihak kami. Sebutkan nomor {requestId} bila melapor.",
        "Something went wrong on our side. Please quote {requestId} when you report it.",
    ),
}


class Problem(GraphQLError):
    """A failure whose code we know, raised on purpose at the edge.

    `facts` stand beside the code in ``extensions`` and fill the sentence; they must never hold
    anything a client sent as a value. `detail` is a sentence in English for the developer.
    `headers` belong to the answer when this is the failure of the whole request.
    """

    def __init__(
        self,
        code: Code,
        *,
        detail: str = "",
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        node: FieldNode | None = None,
        path: tuple[str, ...] = (),
        **facts: Any,
    ) -> None:
        super().__init__(
            detail or code.value, nodes=node, path=path, extensions={"code": code.value, **facts}
        )
        self.code, self.detail, self.facts = code, detail, facts
        self.status = status or code.status
        self.headers = dict(headers or {})
