"""House rules of the protos that buf does not know."""

from __future__ import annotations

import re

import pytest
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor

from tests.contracts.schema import access, is_query, method_named, methods, services
from tools.protos import PROTOS, lint, proto_files

QUERY_NAMES = re.compile(r"(Get|List|BatchGet)[A-Z]|Changes$")
# Lists that are answered whole, and why.
UNPAGED = {"ListAlternatives": "part of one student's schedule, which GetSchedule answers whole too"}

every_rpc = pytest.mark.parametrize("rpc", methods(), ids=lambda rpc: rpc.full_name)
every_list = pytest.mark.parametrize(
    "rpc", [rpc for rpc in method_named("List") if rpc.name not in UNPAGED], ids=lambda rpc: rpc.full_name
)


def test_protos_pass_the_linter() -> None:
    lint()


@every_rpc
def test_every_rpc_says_who_may_call_it(rpc: MethodDescriptor) -> None:
    assert access(rpc) != 0


@every_rpc
def test_queries_are_named_so_and_nothing_else_is(rpc: MethodDescriptor) -> None:
    assert is_query(rpc) == bool(QUERY_NAMES.match(rpc.name))


@every_rpc
def test_every_rpc_has_a_request_and_response_of_its_own(rpc: MethodDescriptor) -> None:
    assert (rpc.input_type.name, rpc.output_type.name) == (f"{rpc.name}Request", f"{rpc.name}Response")


@every_list
def test_lists_are_asked_for_by_page(rpc: MethodDescriptor) -> None:
    fields = rpc.input_type.fields_by_name
    assert fields["page_size"].type == FieldDescriptor.TYPE_INT32
    assert fields["page_token"].type == FieldDescriptor.TYPE_STRING


@every_list
def test_lists_answer_rows_and_the_token_of_the_next_page(rpc: MethodDescriptor) -> None:
    rows, token = rpc.output_type.fields
    assert rows.is_repeated
    assert rows.message_type is not None
    assert (token.name, token.type) == ("next_page_token", FieldDescriptor.TYPE_STRING)


@pytest.mark.parametrize(
    "rpc", [rpc for rpc in methods() if rpc.name.startswith("Update")], ids=lambda rpc: rpc.name
)
def test_updates_have_a_field_mask(rpc: MethodDescriptor) -> None:
    mask = rpc.input_type.fields_by_name["update_mask"].message_type
    assert mask is not None
    assert mask.full_name == "google.protobuf.FieldMask"


@pytest.mark.parametrize("service", services(), ids=lambda service: service.full_name)
def test_services_stay_small(service: ServiceDescriptor) -> None:
    assert len(service.methods) <= 8


@pytest.mark.parametrize("name", proto_files(PROTOS))
def test_files_stay_small_and_start_with_what_they_are(name: str) -> None:
    lines = (PROTOS / name).read_text().splitlines()
    assert len(lines) <= 250
    assert lines[0].startswith("// ")
