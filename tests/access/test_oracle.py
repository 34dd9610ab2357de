"""The oracle itself, held against expectations written by hand."""

from datetime import date

import pytest

from tests.access import doors
from tests.access.chains import CHAINS
from tests.access.conditions import CONDITIONS
from tests.access.gallery import EXPECTED, Gallery
from tests.access.obstacles import Obstacle
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


@pytest.mark.parametrize("name", CONDITIONS)
def test_what_stands_beside_the_clause(name: str) -> None:
    handoff = GALLERY.cases[name].handoff
    sender, receiver = GALLERY.token(GALLERY.uptd), GALLERY.token(GALLERY.polsek)
    incident, identity, outcome, _ = handoff.sections
    expected = CONDITIONS[name].expected()
    assert WORLD.obstacles(receiver, handoff, incident) == expected[0]
    assert WORLD.obstacles(receiver, handoff, identity) == expected[1]
    assert WORLD.obstacles(sender, handoff, outcome) == expected[2]
    gone = {Obstacle.DESTROYED} & expected[0]
    assert WORLD.obstacles(sender, handoff, incident) == gone


@pytest.mark.parametrize("name", CHAINS)
def test_what_is_passed_on(name: str) -> None:
    """By reference: each hop is asked, and closes it for all that come after."""
    _, second, third = (case.handoff for case in GALLERY.chains[name])
    middle, end = GALLERY.token(GALLERY.sister), GALLERY.token(GALLERY.stranger)
    for n in range(2):
        assert WORLD.obstacles(middle, second, second.sections[n]) == CHAINS[name].to_third
        assert WORLD.obstacles(end, third, third.sections[n]) == CHAINS[name].to_fourth
    blind = GALLERY.token(GALLERY.stranger, without="handoff:identity")
    met = WORLD.obstacles(blind, third, third.sections[1])
    assert met == CHAINS[name].to_fourth | {Obstacle.SCOPE}
    assert not WORLD.exists_for(end, second)


def test_an_emergency_shows_what_it_names_to_who_declared_it() -> None:
    handoff = GALLERY.cases["seen in an emergency"].handoff
    other = GALLERY.token(GALLERY.polda)
    assert WORLD.exists_for(other, handoff)
    assert not WORLD.obstacles(other, handoff, handoff.sections[0])
    assert WORLD.obstacles(other, handoff, handoff.sections[2]) == {Obstacle.OUTSIDE}
    assert not WORLD.exists_for(GALLERY.token(GALLERY.sister), handoff)
    lacking = GALLERY.token(GALLERY.polda, without="handoff:emergency")
    assert not WORLD.exists_for(lacking, handoff)
    for name in ("seen in an emergency that is over", "seen in an emergency, closed"):
        assert not WORLD.exists_for(other, GALLERY.cases[name].handoff)
    beyond = GALLERY.cases["an emergency of a stranger"].handoff
    assert not WORLD.exists_for(GALLERY.token(GALLERY.stranger), beyond)
    named = GALLERY.cases["seen in an emergency of two"].handoff
    blind = GALLERY.token(GALLERY.sister, without="handoff:identity")
    assert WORLD.obstacles(blind, named, named.sections[1]) == {Obstacle.SCOPE}


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
                declared = {emergency.organisation for emergency in handoff.emergencies}
                if scopes.organisation not in {handoff.sender, handoff.receiver, *declared}:
                    assert not WORLD.exists_for(scopes, handoff)
