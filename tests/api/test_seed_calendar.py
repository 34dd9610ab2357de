"""The seeded past is in order on whatever day it is made: weekends move papers and people."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from api.seed.ageing_agreements import _Past
from api.seed.agreements import PAPERS
from api.seed.cases_bandung import BANDUNG
from api.seed.cases_elsewhere import ELSEWHERE
from api.seed.cast import Cast
from api.seed.play_handoffs import _child, _Play

HOURS = [datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=8.3 * n) for n in range(21)]
"""Three moments of each day of a week."""


@pytest.mark.parametrize("now", HOURS, ids=[f"{at:%a-%H}" for at in HOURS])
def test_steps_and_papers_are_in_order(now: datetime) -> None:
    clock = Cast(cast(Any, None), now=now)
    legs = [(case, leg) for case in (*BANDUNG, *ELSEWHERE) for leg in case.legs]
    for n, (case, leg) in enumerate(legs):
        play = _Play(clock, leg, _child(clock, n, case), n)
        at = play._moments()
        assert at == sorted(at) and at[-1] <= play._limit, (leg.route, leg.ago)
    for paper in PAPERS:
        for number in (1, 2) if paper.change else (1,):
            past = _Past(clock, paper, number)
            assert past.proposed <= (past.submitted or past.proposed)
            said = [past.review(share / 10) for share in range(10)]
            assert all((past.submitted or past.proposed) <= moment for moment in said)
            if past.signed_day is not None:
                assert max(said) <= past.signed, paper.key
