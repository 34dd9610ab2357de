"""Every agreement of the seeded world."""

from api.seed.agreements_bandung import BANDUNG
from api.seed.agreements_national import NATIONAL
from api.seed.agreements_open import OPEN
from api.seed.agreements_regional import ELSEWHERE

PAPERS = [*NATIONAL, *BANDUNG, *ELSEWHERE, *OPEN]
