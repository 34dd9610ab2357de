"""The words clients read of sessions: their vocabularies, and what their inputs take."""

from db import education as rows
from schema.vocabulary import vocabulary

vocabulary(
    rows.Channel,
    {
        "IN_PERSON": "At a place (tatap muka): those who come are counted.",
        "WEBINAR": "Online at a set time (daring): those who come are counted.",
        "RADIO": "Radio: reach is estimated.",
        "TELEVISION": "Television: reach is estimated.",
        "SOCIAL_MEDIA": "Social media (media sosial): reach is estimated.",
        "WEBSITE": "A website (laman): reach is estimated.",
        "MESSAGING": "Messages (pesan berantai resmi): reach is estimated.",
        "PRINT": "Print, posters and billboards (cetak): reach is estimated.",
    },
)
vocabulary(
    rows.SessionStatus,
    {
        "PLANNED": "Direncanakan.",
        "HELD": "Terlaksana: figures and tests may be recorded.",
        "CANCELLED": "Dibatalkan.",
    },
)
vocabulary(
    rows.Sex,
    {"FEMALE": "Perempuan.", "MALE": "Laki-laki.", "UNKNOWN": "Not told apart."},
)
vocabulary(
    rows.AgeBand,
    {
        "AGE_0_5": "Up to 5 years.",
        "AGE_6_9": "6 to 9 years.",
        "AGE_10_12": "10 to 12 years.",
        "AGE_13_15": "13 to 15 years.",
        "AGE_16_17": "16 or 17 years.",
        "ADULT": "18 years and older (dewasa).",
        "UNKNOWN": "Not told apart.",
    },
)
vocabulary(
    rows.Disability,
    {
        "YES": "With a disability (penyandang disabilitas).",
        "NO": "Without.",
        "UNKNOWN": "Not told apart.",
    },
)
PLAN = {
    "title": "Up to 200 characters; no names of children.",
    "topics": "About what.",
    "audiences": "For whom.",
    "channel": "At a place, or by which channel.",
    "starts_at": "With a time zone; within the activity.",
    "ends_at": "With a time zone; within the activity.",
    "age_bands": "Children of which ages; only for children or the public.",
    "place": "Up to 200 characters, only where people meet; required unless there is a host.",
    "region_code": "Kemendagri code, `31` or `31.71`.",
    "host_id": "At whose place, such as a school of the directory.",
    "material_version_ids": "Up to 20 versions, of your own or published.",
}
FILTER = {
    "statuses": "Any of these.",
    "topics": "About any of these.",
    "audiences": "For any of these.",
    "channels": "By any of these.",
    "region_code": "In this region, or below it.",
    "starts_from": "Starting then or later.",
    "starts_until": "Starting then or earlier.",
}
CELL = {
    "audience": "Of which audience.",
    "count": "How many: a whole number.",
    "sex": "Of which sex, if told apart.",
    "age_band": "Of which age, if told apart; children are not adults.",
    "disability": "Living with a disability, if told apart.",
}
FIGURES = {
    "cells": "Up to 400, each for others than the rest; all totals are computed.",
    "method": "How reach was estimated; only where people are not counted, and required there.",
    "source": "Where the estimate comes from, such as a report of the station.",
    "reason": "Why it corrects what was recorded before; required then, and only then.",
}
TEST = {
    "audience": "Who was tested; one test for each audience.",
    "maximum": "The highest score there is, up to 100,000 with two decimals.",
    "before_tested": "How many were tested before: no more than came.",
    "before_mean": "Their mean score, up to the maximum.",
    "after_tested": "How many were tested after: no more than came.",
    "after_mean": "Their mean score, up to the maximum.",
    "reason": "Why it corrects what was recorded before; required then, and only then.",
}
