from albertplus.catalog.v1 import offering_pb2 as _offering_pb2
from albertplus.catalog.v1 import rules_pb2 as _rules_pb2
from albertplus.catalog.v1 import term_pb2 as _term_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OfferingInput(_message.Message):
    __slots__ = ("course_code", "class_number", "term", "section", "title", "description", "level", "school", "instructors", "meetings", "status", "seats_total", "seats_available", "waitlist_count", "corequisite", "corequisite_of")
    COURSE_CODE_FIELD_NUMBER: _ClassVar[int]
    CLASS_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    SECTION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCHOOL_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTORS_FIELD_NUMBER: _ClassVar[int]
    MEETINGS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SEATS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    SEATS_AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    WAITLIST_COUNT_FIELD_NUMBER: _ClassVar[int]
    COREQUISITE_FIELD_NUMBER: _ClassVar[int]
    COREQUISITE_OF_FIELD_NUMBER: _ClassVar[int]
    course_code: str
    class_number: int
    term: _term_pb2.Term
    section: str
    title: str
    description: str
    level: str
    school: str
    instructors: _containers.RepeatedScalarFieldContainer[str]
    meetings: _containers.RepeatedCompositeFieldContainer[_offering_pb2.Meeting]
    status: _offering_pb2.OfferingStatus
    seats_total: int
    seats_available: int
    waitlist_count: int
    corequisite: bool
    corequisite_of: int
    def __init__(self, course_code: _Optional[str] = ..., class_number: _Optional[int] = ..., term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., section: _Optional[str] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., level: _Optional[str] = ..., school: _Optional[str] = ..., instructors: _Optional[_Iterable[str]] = ..., meetings: _Optional[_Iterable[_Union[_offering_pb2.Meeting, _Mapping]]] = ..., status: _Optional[_Union[_offering_pb2.OfferingStatus, str]] = ..., seats_total: _Optional[int] = ..., seats_available: _Optional[int] = ..., waitlist_count: _Optional[int] = ..., corequisite: _Optional[bool] = ..., corequisite_of: _Optional[int] = ...) -> None: ...
