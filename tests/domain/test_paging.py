"""Cursors: what one list writes it reads again, and whatever else arrives is refused."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.handoff import Handoff
from db.mou import MouClause, MouNow
from db.organisation import Organisation
from domain.paging import Order, PageArgs
from domain.refusal import Refusal, RefusalCode

BY_MOMENT = Order(("listed_at", "id"), descending=True)
BY_CREATION = Order(("created_at", "id"), descending=True)
BY_NAME = Order(("name", "id"))
BY_NUMBER = Order(("number", "id"))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(MOMENTS, st.uuids(), st.integers(-23, 23))
def test_a_place_by_moment(moment: datetime, id: UUID, hours: int) -> None:
    zoned = moment.astimezone(timezone(timedelta(hours=hours)))
    mark = BY_MOMENT.cursor(Handoff(listed_at=zoned, id=id))
    assert BY_MOMENT.position(mark, Handoff, "after") == [moment, id]


@given(st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=200), st.uuids())
def test_a_place_by_name(name: str, id: UUID) -> None:
    mark = BY_NAME.cursor(Organisation(name=name, id=id))
    assert BY_NAME.position(mark, Organisation, "after") == [name, id]


@given(st.integers(1, 2**31 - 1), st.uuids())
def test_a_place_by_number(number: int, id: UUID) -> None:
    mark = BY_NUMBER.cursor(MouClause(number=number, id=id))
    assert BY_NUMBER.position(mark, MouClause, "after") == [number, id]


@given(MOMENTS, st.uuids())
def test_a_place_in_one_list_is_none_in_another(moment: datetime, id: UUID) -> None:
    mark = BY_CREATION.cursor(MouNow(created_at=moment, id=id))
    with pytest.raises(Refusal):
        BY_MOMENT.position(mark, Handoff, "after")


@given(st.one_of(JSON, st.tuples(st.just("handoff"), JSON, JSON)))
def test_no_json_makes_reading_a_cursor_fail_otherwise(value: Any) -> None:
    mark = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    with pytest.raises(Refusal) as refusal:
        BY_MOMENT.position(mark, Handoff, "before")
    assert (refusal.value.code, refusal.value.field) == (RefusalCode.BAD_INPUT, "before")


@given(st.text(max_size=60))
def test_nor_does_any_text(text: str) -> None:
    with pytest.raises(Refusal):
        BY_MOMENT.position(text, Handoff, "after")


@pytest.mark.parametrize(
    ("args", "size", "backward"),
    [
        (PageArgs(), 20, False),
        (PageArgs(first=0), 0, False),
        (PageArgs(first=100, before="x"), 100, False),
        (PageArgs(after="x"), 20, False),
        (PageArgs(before="x"), 20, True),
        (PageArgs(last=5, after="x"), 5, True),
    ],
)
def test_which_way_and_how_many(args: PageArgs, size: int, backward: bool) -> None:
    args.checked()
    assert (args.size, args.backward) == (size, backward)
