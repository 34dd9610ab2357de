"""Probes of the ledger: all see what concerns them, and write in their own name alone."""

from uuid import UUID

import asyncpg

from tests.access.facts import Token
from tests.access.gallery import Gallery
from tests.access.probes import DENIED, NEW, Probes
from tests.db.catalogue import LEDGER

WHO = ("uptd", "polsek", "sister", "stranger", "kpai", "admin", "overreaching", "mabes")
READ, ALONE, LATER = [UUID(f"019a1000-0000-7000-8000-00000000000{n}") for n in (1, 2, 3)]
"""Of one that read of two others; of one that was denied something, and by itself; and of the same,
that read of one of the two."""
ABOUT = UUID("019a1000-0000-7000-8000-0000000000aa")
ENTRY = NEW.format(9)
AS_LEDGER = f"select set_config('role', '{LEDGER}', true)"
SHUT, GONE = "RL409", "RL401"
READER, OWNERS = "polsek", ("uptd", "sister")


async def keep(owner: asyncpg.Connection, gallery: Gallery) -> None:
    """Put the entries there, sealed."""
    reader, (one, other) = gallery.polsek, (gallery.uptd, gallery.sister)
    stranger = gallery.stranger
    for index, (id, of) in enumerate(((READ, reader), (ALONE, stranger), (LATER, stranger))):
        await owner.execute(
            "insert into ledger_entry (id, reader_id, client_id, request_id)"
            " values ($1, $2, $1, 'r')", id, of,
        )  # fmt: skip
        await owner.execute(
            "insert into ledger_leaf (index, entry_id, parts) values ($1, $2, '{}')", index, id
        )
        await owner.execute("insert into ledger_node values (0, $1, sha256('x'))", index)
        await owner.execute("insert into ledger_head values ($1, sha256('x'), now(), 'x')",
                            index + 1)  # fmt: skip
    for number, (id, whose, of) in enumerate(
        (
            (READ, one, reader),
            (READ, other, reader),
            (ALONE, stranger, stranger),
            (LATER, one, stranger),
        )
    ):
        await owner.execute(
            "insert into ledger_part (entry_id, owner_id, reader_id, kinds, handoffs, items)"
            " values ($1, $2, $3, '{DENIED}', array[$4::uuid], '[]')", id, whose, of, ABOUT,
        )  # fmt: skip
        await owner.execute("insert into ledger_number values ($1, $2, $3)", whose, number + 1, id)


def ledger(probes: Probes) -> None:
    for part in (seen, appended, recorded, read_out):
        part(probes)


def seen(p: Probes) -> None:
    reader = p.tokens[READER].organisation
    parts = [(READ, p.tokens[who].organisation, reader) for who in OWNERS]
    alone = p.tokens["stranger"].organisation
    parts += [(ALONE, alone, alone), (LATER, p.tokens["uptd"].organisation, alone)]
    for who in WHO:
        me = p.tokens[who].organisation
        mine = [one for one in parts if me in one[1:]]
        entries = sorted({str(id) for id, *_ in mine})
        for lacking in ("", "ledger:read"):
            may = not lacking and p.world.may(p.tokens[who], "ledger:read")
            for about, select, expected in (
                ("ledger_entry", "id::text", entries),
                ("ledger_leaf", "entry_id::text", entries),
                ("ledger_part", "entry_id || '/' || owner_id", [f"{i}/{o}" for i, o, _ in mine]),
                ("ledger_number", "entry_id || '/' || owner_id", [f"{i}/{o}" for i, o, _ in mine]),
                ("ledger_node", "index::text", ["0", "1", "2"]),
                ("ledger_head", "size::text", ["1", "2", "3"]),
            ):
                p.reads(about, who, f"select {select} from {about}", expected if may else [],
                        without=lacking)  # fmt: skip
        for handoff, found in ((ABOUT, [str(id) for id, *_ in mine]), (UUID(int=1), [])):
            candidates = f"select x::text from access.readings_about('{handoff}') x"
            p.reads("readings_about", who, candidates, found)
    looking = f"select set_config('app.viewing', '{ABOUT}', true)"
    for about in ("entry", "part", "leaf", "number", "node", "head"):
        select = f"select 'x' from ledger_{about}"
        p.reads(f"ledger_{about}", READER, select, [], after=looking)
        p.reads(f"ledger_{about}", None, f"select 'x' from ledger_{about}", [])


ITEMS = "[{}, {}]".format(
    '{"kind": "DENIED", "code": "X"}',
    f'{{"kind": "DISCLOSED", "owner": "%s", "handoff": "{ABOUT}"}}',
)


def appended(p: Probes) -> None:
    about = "append_reading"
    other = p.tokens["uptd"].organisation
    append = f"select access.append_reading('{ENTRY}', 'r', '{ITEMS % other}')"
    for who in ("polsek", "stranger", "case worker"):
        token = p.tokens[who]
        me = token.organisation
        named = f"{me}/{token.client}/{token.person or ''}"
        p.writes(about, who, append, 1)
        p.reads(about, who, "select reader_id || '/' || client_id || '/' || coalesce(user_id::text,"
                f" '') from ledger_entry where id = '{ENTRY}'", [named],
                after=f"{append}; {AS_LEDGER}")  # fmt: skip
        p.reads(
            about, who,
            "select concat_ws('/', owner_id, reader_id, kinds, handoffs, items) from ledger_part"
            f" where entry_id = '{ENTRY}'",
            [f"{me}/{me}/{{DENIED}}/{{}}/[{{\"code\": \"X\", \"kind\": \"DENIED\"}}]",
             f"{other}/{me}/{{DISCLOSED}}/{{{ABOUT}}}/[{{\"kind\": \"DISCLOSED\", \"handoff\":"
             f' "{ABOUT}"}}]'],
            after=f"{append}; {AS_LEDGER}",
        )  # fmt: skip
        p.reads(about, who, "select entry_id::text from ledger_pending", [ENTRY],
                after=f"{append}; {AS_LEDGER}")  # fmt: skip
    p.writes(about, None, append, "23502")
    for table in ("ledger_entry", "ledger_part", "ledger_pending"):
        p.writes(table, "polsek", f"insert into {table} default values", DENIED)


def recorded(p: Probes) -> None:
    about = "record_reading"
    token = p.tokens[READER]
    open_, barred = _sections(p, token)
    stranger = p.tokens["stranger"]

    def call(by: Token, shown: str = "", hidden: str = "", denied: str = "[]",
             org: UUID | None = None, scopes: str = "") -> str:  # fmt: skip
        quoted = [f"'{one}'" if one else "null" for one in (by.person, by.grant)]
        codes = "NOT_COVERED" if hidden else ""
        asked = scopes or " ".join(sorted(by.asked))
        return (
            f"select access.record_reading('{by.client}', '{asked}', 0, {quoted[0]}, {quoted[1]},"
            f" {by.bound}, '{org or by.organisation}', '{ENTRY}', 'r', '{{{shown}}}',"
            f" '{{{hidden}}}', '{{{codes}}}', '{denied}')"
        )

    none = '[{"kind": "DENIED", "code": "X", "field": "handoff"}]'
    p.writes(about, None, call(token, open_), 1)
    p.writes(about, None, call(token, barred), SHUT)
    p.writes(about, None, call(token, f"{open_},{barred}"), SHUT)
    p.writes(about, None, call(stranger, open_), SHUT)
    p.writes(about, None, call(token, open_, scopes="mou:read"), SHUT)
    p.writes(about, None, call(token, open_, org=stranger.organisation), GONE)
    p.writes(about, None, call(p.tokens["program, disabled"], denied=none), GONE)
    kinds = f"select owner_id || '/' || kinds::text from ledger_part where entry_id = '{ENTRY}'"
    me, author = token.organisation, _author(p, open_)
    for shown, hidden, denied, expected in (
        (open_, "", "[]", [f"{author}/{{DISCLOSED}}"]),
        ("", barred, "[]", [f"{_author(p, barred)}/{{DENIED}}"]),
        ("", "", none, [f"{me}/{{DENIED}}"]),
        (open_, "", none, [f"{author}/{{DISCLOSED}}", f"{me}/{{DENIED}}"]),
        ("", "", "[]", []),
        ("", str(UUID(int=5)), "[]", []),
    ):
        p.reads(about, None, kinds, expected,
                after=f"{call(token, shown, hidden, denied)}; {AS_LEDGER}")  # fmt: skip
    p.reads(about, None, kinds, [],
            after=f"{call(stranger, '', barred)}; {AS_LEDGER}")  # fmt: skip


def read_out(p: Probes) -> None:
    """By the statement that reads: what nothing opens is not written, and nothing of the rest."""
    about = "read_out"
    token = p.tokens[READER]
    open_, barred = _sections(p, token)
    own = next(str(s.id) for _, s in p.world.sections if s.author == token.organisation)
    author, me = _author(p, open_), token.organisation
    parts = (
        "select owner_id || '/' || reader_id || '/' || kinds::text || jsonb_array_length(items)"
        f" from ledger_part where entry_id = '{ENTRY}'"
    )

    def call(shown: str, hidden: str = "", denied: str = "[]") -> str:
        codes = "NOT_COVERED" if hidden else ""
        return (
            f"select access.read_out('{ENTRY}', 'r', '{{{shown}}}', '{{{hidden}}}',"
            f" '{{{codes}}}', '{denied}')"
        )

    none = '[{"kind": "DENIED", "code": "X", "field": "handoff"}]'
    for who, shown, hidden, denied, outcome, written in (
        (READER, open_, "", "[]", 1, [f"{author}/{me}/{{DISCLOSED}}1"]),
        (READER, f"{open_},{open_}", "", "[]", 1, [f"{author}/{me}/{{DISCLOSED}}1"]),
        (READER, open_, "", none, 1, [f"{author}/{me}/{{DISCLOSED}}1", f"{me}/{me}/{{DENIED}}1"]),
        (READER, "", barred, "[]", 1, [f"{_author(p, barred)}/{me}/{{DENIED}}1"]),
        (READER, "", str(UUID(int=5)), "[]", 1, []),
        (READER, "", "", "[]", 1, []),
        (READER, own, "", "[]", SHUT, None),
        (READER, f"{open_},{UUID(int=5)}", "", "[]", SHUT, None),
        ("stranger", open_, "", "[]", SHUT, None),
        ("stranger", "", open_, "[]", 1, []),
        (None, open_, "", "[]", "23502", None),
    ):
        p.writes(about, who, call(shown, hidden, denied), outcome)
        if written is not None:
            p.reads(about, who, parts, written,
                    after=f"{call(shown, hidden, denied)}; {AS_LEDGER}")  # fmt: skip


def _sections(p: Probes, token: Token) -> tuple[str, str]:
    """A section of another's that is open for the token, and one of which it sees that it is."""
    w = p.world
    foreign = [
        (handoff, section)
        for handoff in w.handoffs
        if handoff.sent and handoff.receiver == token.organisation
        for section in handoff.sections
        if section.author != token.organisation
    ]
    opened = [s.id for h, s in foreign if not w.obstacles(token, h, s)]
    barred = [s.id for h, s in foreign if w.obstacles(token, h, s)]
    return str(opened[0]), str(barred[0])


def _author(p: Probes, section: str) -> UUID:
    return next(s.author for h in p.world.handoffs for s in h.sections if str(s.id) == section)
