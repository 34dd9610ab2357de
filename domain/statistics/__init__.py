"""Statistics that identify nobody: what is published, how it is protected, how it is read."""

from domain.statistics.reading import (
    StatisticsAxis,
    StatisticsFigure,
    StatisticsPick,
    StatisticsQuery,
    StatisticsTable,
    read,
)

__all__ = [
    "StatisticsAxis",
    "StatisticsFigure",
    "StatisticsPick",
    "StatisticsQuery",
    "StatisticsTable",
    "read",
]
