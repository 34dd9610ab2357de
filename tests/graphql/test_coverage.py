"""No root field without a test of success, of refusal and of a stranger."""

import importlib
from pathlib import Path

import pytest
from graphql import build_schema

from api.app import make_schema
from tests.covered import WAYS, tried

SCHEMA = build_schema(make_schema().as_str())
HERE = Path(__file__).parent


def root_fields() -> list[str]:
    assert SCHEMA.query_type and SCHEMA.mutation_type
    return [*SCHEMA.query_type.fields, *SCHEMA.mutation_type.fields]


@pytest.fixture(scope="module", autouse=True)
def every_test() -> None:
    for file in HERE.glob("test_*.py"):
        importlib.import_module(f"tests.graphql.{file.stem}")


@pytest.mark.parametrize("way", WAYS)
def test_every_root_field_is_tried(way: str) -> None:
    untried = [name for name in root_fields() if not tried[name, way]]
    assert untried == []


def test_tests_name_only_fields_that_exist() -> None:
    assert {name for name, _ in tried} <= set(root_fields())
