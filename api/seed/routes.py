"""The ways on which cases travel: who hands what to whom, under which agreement."""

from api.seed.shapes import Route
from db.enums import DataCategory as D
from db.enums import HandoffKind as K
from db.enums import Purpose as P
from db.enums import Urgency as U

CHILD = (D.IDENTITY, D.CONTACT, D.FAMILY)
SCHOOLS = ("disdik-bandung", "sd-1", "sd-7", "smp-3", "smp-12", "smp-pelangi")
"""And their office: all send and receive alike."""
CARE = ("PSYCHOLOGICAL", "RIGHTS_INFORMATION")

_ALL = [
    # Sekolah dan UPTD PPA Kota Bandung
    *(
        Route(school, "uptd-bandung", "pks-sekolah", K.REFERRAL, P.PROTECTION,
              (*CHILD, D.INCIDENT, D.EDUCATION), (D.OUTCOME, D.SERVICE),
              ("INTAKE", "PSYCHOLOGICAL"))
        for school in SCHOOLS
    ),
    *(
        Route("uptd-bandung", school, "pks-sekolah", K.REFERRAL, P.SERVICE_DELIVERY,
              (D.IDENTITY, D.EDUCATION, D.SERVICE), (D.EDUCATION, D.OUTCOME),
              ("COORDINATION",), U.BIASA)
        for school in SCHOOLS
    ),
    Route("pokja-bandung", "uptd-bandung", "pks-sekolah", K.CONSULTATION, P.PROTECTION,
          (D.INCIDENT, D.EDUCATION), (D.OUTCOME,), ("COORDINATION",), U.BIASA),
    # Layanan terpadu Kota Bandung
    Route("uptd-bandung", "polres-bandung", "pks-layanan", K.REFERRAL, P.LAW_ENFORCEMENT,
          (*CHILD, D.INCIDENT, D.SUSPECT, D.EVIDENCE), (D.LEGAL, D.OUTCOME),
          ("LEGAL", "LEGAL_PROCESS")),
    Route("polres-bandung", "uptd-bandung", "pks-layanan", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.INCIDENT, D.LEGAL), (D.PSYCHOLOGICAL, D.OUTCOME),
          ("PSYCHOLOGICAL", "LEGAL_PROCESS"), U.MENDESAK),
    Route("uptd-bandung", "rsud-bandung", "pks-layanan", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.HEALTH, D.SERVICE), (D.HEALTH, D.OUTCOME), ("HEALTH",),
          U.MENDESAK),
    Route("rsud-bandung", "uptd-bandung", "pks-layanan", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.INCIDENT, D.HEALTH), (D.SERVICE, D.OUTCOME),
          ("INTAKE", "PSYCHOLOGICAL"), U.MENDESAK),
    Route("polres-bandung", "rsud-bandung", "pks-layanan", K.REFERRAL, P.LAW_ENFORCEMENT,
          (D.IDENTITY, D.INCIDENT, D.LEGAL), (D.HEALTH, D.OUTCOME), ("HEALTH",), U.DARURAT),
    Route("uptd-bandung", "dinsos-bandung", "pks-layanan", K.TRANSFER, P.SERVICE_DELIVERY,
          (*CHILD, D.PSYCHOLOGICAL, D.EDUCATION, D.SERVICE), (D.SERVICE, D.OUTCOME),
          ("PSYCHOSOCIAL", "SHELTER")),
    # Proses hukum Kota Bandung
    Route("polres-bandung", "kejari-bandung", "pks-hukum", K.TRANSFER, P.LAW_ENFORCEMENT,
          (D.IDENTITY, D.INCIDENT, D.LEGAL, D.SUSPECT, D.EVIDENCE), (D.LEGAL, D.OUTCOME),
          ("LEGAL_PROCESS",), U.BIASA),
    Route("polres-bandung", "bapas-bandung", "pks-hukum", K.REFERRAL, P.LAW_ENFORCEMENT,
          (*CHILD, D.INCIDENT, D.LEGAL, D.EDUCATION), (D.FAMILY, D.LEGAL, D.OUTCOME),
          ("LEGAL_PROCESS",)),
    Route("kejari-bandung", "uptd-bandung", "pks-hukum", K.REFERRAL, P.COORDINATION,
          (D.IDENTITY, D.LEGAL, D.SERVICE), (D.PSYCHOLOGICAL, D.OUTCOME),
          ("LEGAL_PROCESS", "RESTITUTION"), U.BIASA),
    # Lembaga masyarakat Kota Bandung
    Route("uptd-bandung", "rumah-tumbuh", "nk-mitra", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.PSYCHOLOGICAL, D.SERVICE), (D.PSYCHOLOGICAL, D.OUTCOME),
          ("PSYCHOSOCIAL",), U.BIASA),
    Route("rumah-tumbuh", "uptd-bandung", "nk-mitra", K.REFERRAL, P.PROTECTION,
          (*CHILD, D.INCIDENT), (D.SERVICE, D.OUTCOME), ("INTAKE", "LEGAL"), U.MENDESAK),
    Route("uptd-bandung", "lbh-contoh", "nk-mitra", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.INCIDENT, D.LEGAL), (D.LEGAL, D.OUTCOME), ("LEGAL",)),
    Route("uptd-bandung", "rumah-tumbuh", "pks-rumah-aman", K.REFERRAL, P.PROTECTION,
          (D.IDENTITY, D.FAMILY, D.PSYCHOLOGICAL, D.SERVICE), (D.SERVICE, D.OUTCOME),
          ("SHELTER",), U.MENDESAK),
    # KPAI
    *(
        Route("kpai", police, "pks-aduan", K.REFERRAL, P.LAW_ENFORCEMENT,
              (D.IDENTITY, D.CONTACT, D.INCIDENT, D.SUSPECT), (D.LEGAL, D.OUTCOME),
              ("LEGAL", "LEGAL_PROCESS"), U.MENDESAK)
        for police in ("polres-jakpus", "polres-jaktim", "polres-bogor", "polres-bandung",
                       "polda-metro", "polres-surabaya")
    ),
    *(
        Route("kpai", police, "pks-aduan", K.CONSULTATION, P.OVERSIGHT, (D.INCIDENT, D.LEGAL),
              (D.LEGAL, D.AGGREGATE, D.OUTCOME), ("LEGAL_PROCESS",), U.BIASA)
        for police in ("polda-metro", "polda-jabar", "polres-jaktim")
    ),
    *(
        Route("kpai", police, "pks-aduan", K.REFERRAL, P.LAW_ENFORCEMENT,
              (D.IDENTITY, D.CONTACT, D.INCIDENT, D.SUSPECT, D.EVIDENCE), (D.LEGAL, D.OUTCOME),
              ("LEGAL", "CONTENT_REMOVAL"), U.MENDESAK)
        for police in ("polres-jaktim", "polda-metro", "polres-bogor")
    ),
    Route("polres-bogor", "kpai", "pks-aduan", K.CONSULTATION, P.COORDINATION,
          (D.INCIDENT, D.LEGAL, D.SERVICE), (D.INCIDENT,), ("COORDINATION",), U.BIASA),
    # LPSK
    *(
        Route(sender, "lpsk", "pks-lpsk", K.REFERRAL, P.PROTECTION,
              (*CHILD, D.INCIDENT, D.LEGAL, D.SUSPECT), (D.SERVICE, D.OUTCOME),
              ("LPSK_PROTECTION", "RESTITUTION"))
        for sender in ("polres-bandung", "polres-jaktim", "polres-surabaya", "polres-bogor")
    ),
    Route("kpai", "lpsk", "pks-lpsk", K.REFERRAL, P.PROTECTION,
          (D.IDENTITY, D.CONTACT, D.INCIDENT), (D.SERVICE, D.OUTCOME), ("LPSK_PROTECTION",),
          U.MENDESAK),
    # DKI Jakarta
    Route("pelita", "uptd-dki", "nk-dki", K.REFERRAL, P.SERVICE_DELIVERY,
          (*CHILD, D.INCIDENT, D.PSYCHOLOGICAL), (D.SERVICE, D.OUTCOME), ("INTAKE", *CARE)),
    Route("uptd-dki", "pelita", "nk-dki", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.PSYCHOLOGICAL, D.SERVICE), (D.PSYCHOLOGICAL, D.OUTCOME),
          ("PSYCHOSOCIAL",), U.BIASA),
    Route("pelita", "polres-jaktim", "nk-dki", K.REFERRAL, P.LAW_ENFORCEMENT,
          (D.IDENTITY, D.CONTACT, D.INCIDENT, D.SUSPECT, D.EVIDENCE), (D.LEGAL, D.OUTCOME),
          ("LEGAL",)),
    Route("uptd-dki", "polres-jakpus", "nk-dki", K.REFERRAL, P.LAW_ENFORCEMENT,
          (*CHILD, D.INCIDENT, D.SUSPECT, D.EVIDENCE), (D.LEGAL, D.OUTCOME), ("LEGAL",)),
    Route("uptd-dki", "polres-jaktim", "nk-dki", K.REFERRAL, P.LAW_ENFORCEMENT,
          (*CHILD, D.INCIDENT, D.SUSPECT), (D.LEGAL, D.OUTCOME), ("LEGAL",)),
    *(
        Route(police, "uptd-dki", "nk-dki", K.REFERRAL, P.SERVICE_DELIVERY,
              (D.IDENTITY, D.CONTACT, D.INCIDENT, D.LEGAL), (D.PSYCHOLOGICAL, D.OUTCOME),
              ("PSYCHOLOGICAL", "LEGAL_PROCESS"), U.MENDESAK)
        for police in ("polres-jaktim", "polres-jakpus")
    ),
    Route("uptd-dki", "rsud-tarakan", "nk-dki", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.HEALTH, D.SERVICE), (D.HEALTH, D.OUTCOME), ("HEALTH",),
          U.MENDESAK),
    Route("rsud-tarakan", "uptd-dki", "nk-dki", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.INCIDENT, D.HEALTH), (D.SERVICE, D.OUTCOME),
          ("INTAKE", "PSYCHOLOGICAL"), U.DARURAT),
    Route("uptd-dki", "dinsos-dki", "nk-dki", K.TRANSFER, P.SERVICE_DELIVERY,
          (*CHILD, D.PSYCHOLOGICAL, D.SERVICE), (D.SERVICE, D.OUTCOME),
          ("PSYCHOSOCIAL", "SHELTER", "ECONOMIC")),
    Route("kpai", "pelita", "nk-pelita", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.INCIDENT, D.SERVICE), (D.PSYCHOLOGICAL, D.OUTCOME),
          ("PSYCHOSOCIAL",)),
    Route("pelita", "kpai", "nk-pelita", K.CONSULTATION, P.COORDINATION,
          (D.INCIDENT, D.SERVICE), (D.OUTCOME,), ("COORDINATION",), U.BIASA),
    Route("kpai", "sinar", "nk-sinar", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.FAMILY, D.SERVICE), (D.SERVICE, D.OUTCOME), ("SHELTER",), U.MENDESAK),
    # Jawa Timur
    Route("uptd-jatim", "polres-surabaya", "nk-jatim", K.REFERRAL, P.LAW_ENFORCEMENT,
          (*CHILD, D.INCIDENT, D.SUSPECT), (D.LEGAL, D.OUTCOME), ("LEGAL", "LEGAL_PROCESS")),
    Route("polres-surabaya", "uptd-jatim", "nk-jatim", K.REFERRAL, P.SERVICE_DELIVERY,
          (D.IDENTITY, D.CONTACT, D.INCIDENT, D.LEGAL), (D.SERVICE, D.OUTCOME), CARE, U.MENDESAK),
]  # fmt: skip


def _key(route: Route) -> str:
    way = f"{route.sender}>{route.receiver}"
    if route.mou == "pks-rumah-aman":
        return f"{way} rumah aman"
    if route.sender == "kpai" and D.EVIDENCE in route.sections:
        return f"{way} bukti"
    return f"{way} klarifikasi" if route.purpose is P.OVERSIGHT else way


ROUTES: dict[str, Route] = {_key(route): route for route in _ALL}
