"""JSON that a person types, as a request."""

from __future__ import annotations

import json

import pytest
from google.protobuf.message import Message

from cli.errors import CommandError
from cli.methods import as_json, method_named, request_for

LIST = "OfferingService/ListOfferings"


def request(**content: object) -> Message:
    """The request to list sections."""
    return request_for(method_named(LIST), json.dumps(content))


def test_names_of_an_enums_values_may_be_short() -> None:
    message = request(term={"year": 2026, "season": "fall"}, statuses=["OPEN", "OFFERING_STATUS_CLOSED"])
    assert as_json(message) == {
        "term": {"year": 2026, "season": "SEASON_FALL"},
        "statuses": ["OFFERING_STATUS_OPEN", "OFFERING_STATUS_CLOSED"],
    }


def test_a_misspelt_value_of_an_enum_gets_the_choices() -> None:
    with pytest.raises(CommandError, match=r"term.season: 'FAL' is not a Season") as refused:
        request(term={"season": "FAL"})
    assert refused.value.hint == "choose one of J_TERM, WINTER, SPRING, SUMMER, FALL"


def test_a_misspelt_field_gets_those_of_the_message_it_is_in() -> None:
    with pytest.raises(CommandError, match=r'no field named "yeer"') as refused:
        request(term={"yeer": 2026})
    assert refused.value.hint == "its fields are: year, season"
