"""The oracle itself, held against expectations written by hand."""

from datetime import date

import pytest

from tests.access import doors
from tests.access.gallery import EXPECTED, Gallery
from tests.access.oracle import Obstacle
from tests.access.twists import TWISTS

TODAY = date(2026, 11, 25)
GALLERY = Gallery(TODAY)
WORLD = GALLERY.world()


def test_every_twist_has_an_expectation() -> None:
    assert list(EXPECTED) == list(TWISTS)


@pytest.mark.parametrize("twist", ["in order", "by themselves", *EXPECTED])
def test_what_the_receiver_meets(twist: str) -> None:
    handoff = GALLERY.cases[twist].handoff
    receiver = GALLERY.token(GALLERY.polsek)
    expected = EXPECTED.get(twist, set())
    assert WORLD.exists_for(receiver, handoff) == (expected is not None)
    if expected is None:
        return
    incident, identity, *own = handoff.sections
    assert WORLD.obstacles(receiver, handoff, incident) == expected
    assert WORLD.obstacles(receiver, handoff, identity) == expected
    without = GALLERY.token(GALLERY.polsek, without="handoff:identity")
    assert WORLD.obstacles(without, handoff, identity) == expected | {Obstacle.SCOPE}
    assert all(not WORLD.obstacles(receiver, handoff, section) for section in own)


@pytest.mark.parametrize("twist", ["in order", *EXPECTED])
def test_what_the_sender_meets(twist: str) -> None:
    """Its own words; and the receiver's by the same rule the other way round."""
    handoff = GALLERY.cases[twist].handoff
    sender = GALLERY.token(GALLERY.uptd)
    assert WORLD.exists_for(sender, handoff)
    own, _, outcome, _ = handoff.sections
    stub = twist in ("transfer accepted", "transfer revoked")
    given_away = {Obstacle.CUSTODY} if stub else set()
    assert WORLD.obstacles(sender, handoff, own) == given_away
    swapped = {Obstacle.DISCLOSER: Obstacle.RECIPIENT, Obstacle.RECIPIENT: Obstacle.DISCLOSER}
    expected = EXPECTED.get(twist, set())
    if expected is None:
        expected = {Obstacle.STATE}
    if twist == "clause the other way":
        expected = set()  # there is one each way, so that both still stand
    assert WORLD.obstacles(sender, handoff, outcome) == {swapped.get(o, o) for o in expected}


@pytest.mark.parametrize("door", doors.EXPECTED)
def test_what_a_token_may(door: str) -> None:
    token, expected = GALLERY.doors.tokens[door], doors.EXPECTED[door]
    assert WORLD.opens_anything(token) == (expected is not None)
    if expected is not None:
        assert {scope for scope in doors.ADMIN if WORLD.may(token, scope)} == expected


def test_nobody_else_learns_anything() -> None:
    for organisation in WORLD.organisations:
        for scopes in (GALLERY.token(organisation), *WORLD.tokens):
            for handoff in WORLD.handoffs:
                if scopes.organisation not in (handoff.sender, handoff.receiver):
                    assert not WORLD.exists_for(scopes, handoff)
