"""A catalog in memory that answers the batch RPCs as the service does: item by item, only what differs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NoReturn

import grpc
import protovalidate
from albertplus.catalog.v1 import (
    app_config_service_pb2,
    course_pb2,
    course_service_pb2,
    offering_pb2,
    offering_service_pb2,
    program_pb2,
    program_service_pb2,
    school_service_pb2,
)
from albertplus.catalog.v1.upsert_pb2 import FieldViolation, UpsertResult
from google.protobuf.message import Message
from google.rpc import status_pb2

from runtime.interceptors import field_path

PACKAGE = "albertplus.catalog.v1"


class Refusal(Exception):
    """What the next call is answered with."""

    def __init__(self, code: grpc.StatusCode, message: str, *details: Message) -> None:
        self.code, self.message, self.details = code, message, details
        super().__init__(message)


class FakeCatalog:
    """`stored`: messages by kind and natural key; `calls`: every request; `refusals`: answered first."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[Hashable, Any]] = {
            kind: {} for kind in ("schools", "courses", "programs", "offerings", "app_configs")
        }
        self.calls: list[tuple[str, Any]] = []
        self.keys: list[str] = []
        self.refusals: list[Refusal] = []
        self.on_call: Callable[[str], object] = lambda _: None
        self.address = ""

    def requests(self, method: str) -> list[Any]:
        return [request for name, request in self.calls if name == method]

    @contextmanager
    def serving(self) -> Iterator[FakeCatalog]:
        server = grpc.server(ThreadPoolExecutor(4))
        server.add_generic_rpc_handlers(tuple(self._handlers()))
        self.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield self
        finally:
            server.stop(0).wait()

    def _handlers(self) -> Iterator[grpc.GenericRpcHandler]:
        for service, methods in _METHODS.items():
            handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
                name: grpc.unary_unary_rpc_method_handler(
                    self._answering(name, work),
                    request_deserializer=request.FromString,
                    response_serializer=lambda response: response.SerializeToString(),
                )
                for name, (request, work) in methods.items()
            }
            yield grpc.method_handlers_generic_handler(f"{PACKAGE}.{service}", handlers)

    def _answering(self, name: str, work: Callable[[FakeCatalog, Any], Message]) -> Callable[..., Message]:
        def answer(request: Any, context: grpc.ServicerContext) -> Message:
            self.on_call(name)
            self.calls.append((name, request))
            self.keys += [str(v) for k, v in context.invocation_metadata() if k == "idempotency-key"]
            try:
                if self.refusals:
                    raise self.refusals.pop(0)
                return work(self, request)
            except Refusal as refusal:
                _abort(context, refusal)

        return answer

    def upsert(self, kind: str, key: Callable[[Any], Hashable], request: Any, response: Any) -> Any:
        items = getattr(request, kind)
        known = {*self.stored["courses"], *(item.code for item in items if kind == "courses")}
        results = [
            self._one(kind, key(item), item, request.dry_run, [*violations(item), *unknown(item, known)])
            for item in items
        ]
        for index, result in enumerate(results):
            result.index = index
        return response(results=results)

    def _one(
        self, kind: str, key: Hashable, item: Any, dry_run: bool, broken: list[FieldViolation]
    ) -> UpsertResult:
        if broken:
            return UpsertResult(outcome=UpsertResult.OUTCOME_REFUSED, violations=broken)
        before = self.stored[kind].get(key)
        if not dry_run:
            self.stored[kind][key] = item
        outcome = (
            UpsertResult.OUTCOME_CREATED
            if before is None
            else UpsertResult.OUTCOME_UNCHANGED
            if before == item
            else UpsertResult.OUTCOME_CHANGED
        )
        return UpsertResult(outcome=outcome, id=str(key))


def violations(item: Message) -> list[FieldViolation]:
    return [
        FieldViolation(field=field_path(each.proto), description=each.proto.message)
        for each in protovalidate.collect_violations(item)
    ]


def unknown(item: Any, known: set[str]) -> list[FieldViolation]:
    """Courses that a prerequisite names and that neither the catalog nor the batch has."""
    if not isinstance(item, course_pb2.CourseInput) or not item.HasField("prerequisite"):
        return []
    return [
        FieldViolation(field=path, description=f"there is no course {code}")
        for path, code in _named("prerequisite", item.prerequisite)
        if code not in known
    ]


def _named(path: str, rule: Any) -> Iterator[tuple[str, str]]:
    kind = rule.WhichOneof("rule")
    if kind == "course":
        yield f"{path}.course.code", rule.course.code
    elif kind in ("all", "any", "n_of"):
        for at, child in enumerate(getattr(rule, kind).rules):
            yield from _named(f"{path}.{kind}.rules[{at}]", child)


def _abort(context: grpc.ServicerContext, refusal: Refusal) -> NoReturn:
    status = status_pb2.Status(code=refusal.code.value[0], message=refusal.message)
    for detail in refusal.details:
        status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(refusal.code, refusal.message)
    raise AssertionError("abort() raises")


def _get_courses(fake: FakeCatalog, request: Any) -> Message:
    stored = fake.stored["courses"]
    fields = {field.name for field in course_pb2.CourseInput.DESCRIPTOR.fields}
    found = [
        course_pb2.Course(
            **{name: getattr(stored[code], name) for name in fields if _present(stored[code], name)}
        )
        for code in request.codes
        if code in stored
    ]
    missing = [code for code in request.codes if code not in stored]
    return course_service_pb2.BatchGetCoursesResponse(courses=found, missing_codes=missing)


def _present(message: Message, name: str) -> bool:
    field = message.DESCRIPTOR.fields_by_name[name]
    return not field.has_presence or message.HasField(name)


def _list_programs(fake: FakeCatalog, request: Any) -> Message:
    programs = [
        program_pb2.Program(name=each.name, level=each.level, school=each.school, url=each.url)
        for each in fake.stored["programs"].values()
    ]
    return program_service_pb2.ListProgramsResponse(programs=programs)


def _list_offerings(fake: FakeCatalog, request: Any) -> Message:
    offerings = [
        offering_pb2.Offering(class_number=each.class_number)
        for each in fake.stored["offerings"].values()
        if each.term == request.term and each.school in request.schools
    ]
    return offering_service_pb2.ListOfferingsResponse(offerings=offerings)


def _remove_missing(fake: FakeCatalog, request: Any) -> Message:
    kept, stored = set(request.class_numbers), fake.stored["offerings"]
    gone = [
        key
        for key, each in stored.items()
        if each.term == request.term and each.school == request.school and each.class_number not in kept
    ]
    for key in gone:
        del stored[key]
    return offering_service_pb2.RemoveMissingOfferingsResponse(removed=len(gone))


def _upsert(module: Any, name: str, kind: str, key: Callable[[Any], Hashable]) -> dict[str, Any]:
    request, response = getattr(module, f"{name}Request"), getattr(module, f"{name}Response")
    return {name: (request, lambda fake, asked: fake.upsert(kind, key, asked, response))}


_METHODS: dict[str, dict[str, Any]] = {
    "SchoolService": {
        **_upsert(school_service_pb2, "BatchUpsertSchools", "schools", lambda s: (s.name, s.level)),
    },
    "CourseService": {
        **_upsert(course_service_pb2, "BatchUpsertCourses", "courses", lambda c: c.code),
        "BatchGetCourses": (course_service_pb2.BatchGetCoursesRequest, _get_courses),
    },
    "ProgramService": {
        **_upsert(
            program_service_pb2, "BatchUpsertPrograms", "programs", lambda p: (p.name, p.level, p.school)
        ),
        "ListPrograms": (program_service_pb2.ListProgramsRequest, _list_programs),
    },
    "OfferingService": {
        **_upsert(
            offering_service_pb2,
            "BatchUpsertOfferings",
            "offerings",
            lambda o: (o.term.year, o.term.season, o.class_number),
        ),
        "ListOfferings": (offering_service_pb2.ListOfferingsRequest, _list_offerings),
        "RemoveMissingOfferings": (offering_service_pb2.RemoveMissingOfferingsRequest, _remove_missing),
    },
    "AppConfigService": _upsert(
        app_config_service_pb2, "BatchUpsertAppConfigs", "app_configs", lambda c: c.key
    ),
}
