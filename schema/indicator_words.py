"""The words of the closed vocabularies of indicators."""

from db import indicator as rows
from domain.amount import Light
from schema.vocabulary import vocabulary

vocabulary(
    rows.Unit,
    {
        "COUNT": "Jumlah: a whole number.",
        "PERCENT": "Persen: 0 to 100.",
        "HOURS": "Jam.",
        "DAYS": "Hari.",
        "SCORE": "Skor.",
        "RUPIAH": "Rupiah, with up to two digits after the point.",
        "OTHER": "Lainnya: said in words.",
    },
    name="IndicatorUnit",
)
vocabulary(
    rows.Direction,
    {"HIGHER": "More is better.", "LOWER": "Less is better."},
    name="IndicatorDirection",
)
vocabulary(
    rows.Dimension,
    {
        "SEX": "Jenis kelamin.",
        "AGE_BAND": "Kelompok umur.",
        "DISABILITY": "Disabilitas.",
        "REGION": "Wilayah.",
        "ORGANISATION_TYPE": "Jenis lembaga.",
    },
    name="IndicatorDimension",
)
vocabulary(
    rows.Frequency,
    {
        "MONTHLY": "Bulanan: 2026-03.",
        "QUARTERLY": "Triwulanan: 2026-Q1.",
        "SEMESTERLY": "Semesteran: 2026-S1.",
        "YEARLY": "Tahunan: 2026.",
    },
    name="MeasurementFrequency",
)
vocabulary(
    rows.IndicatorKind,
    {
        "SELF_REPORTED": "The responsible organisation says it (dilaporkan sendiri).",
        "COMPUTED": "It is computed from what happened (dihitung).",
    },
)
vocabulary(
    rows.Measure,
    {
        "HANDOFFS": "Handoffs sent. COUNT.",
        "HOURS_TO_ACCEPTANCE": "Whole hours from request to acceptance, median. HOURS.",
        "ACCEPTED_IN_TIME": "Of the handoffs to be answered by then, accepted in time. PERCENT.",
        "REPORTED_TO_POLICE_IN_TIME": "Of the reports to police due by then, made within 3x24"
        " hours (UU TPKS 41). PERCENT.",
        "COMPLETION": "Of the accepted handoffs asking for a service that ended, completed."
        " PERCENT.",
        "SESSIONS_HELD": "Education sessions held. COUNT.",
        "PEOPLE_REACHED": "People counted or estimated in these sessions. COUNT.",
        "RECOMMENDATIONS_IN_TIME": "Of the recommendations due, verified in time. PERCENT.",
    },
)
vocabulary(
    Light,
    {
        "GREEN": "Hijau: the target is reached.",
        "AMBER": "Kuning: at least half of the way from the baseline; without one that is worse"
        " than the target, within a tenth of it.",
        "RED": "Merah: less than that.",
        "GREY": "Abu-abu: nothing to compare.",
    },
    name="TrafficLight",
)
