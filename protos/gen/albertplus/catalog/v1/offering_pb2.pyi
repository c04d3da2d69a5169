import datetime

from albertplus.catalog.v1 import rules_pb2 as _rules_pb2
from albertplus.catalog.v1 import term_pb2 as _term_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OfferingStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFERING_STATUS_UNSPECIFIED: _ClassVar[OfferingStatus]
    OFFERING_STATUS_OPEN: _ClassVar[OfferingStatus]
    OFFERING_STATUS_CLOSED: _ClassVar[OfferingStatus]
    OFFERING_STATUS_WAITLIST: _ClassVar[OfferingStatus]
    OFFERING_STATUS_CANCELLED: _ClassVar[OfferingStatus]

class Weekday(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEEKDAY_UNSPECIFIED: _ClassVar[Weekday]
    WEEKDAY_MONDAY: _ClassVar[Weekday]
    WEEKDAY_TUESDAY: _ClassVar[Weekday]
    WEEKDAY_WEDNESDAY: _ClassVar[Weekday]
    WEEKDAY_THURSDAY: _ClassVar[Weekday]
    WEEKDAY_FRIDAY: _ClassVar[Weekday]
    WEEKDAY_SATURDAY: _ClassVar[Weekday]
    WEEKDAY_SUNDAY: _ClassVar[Weekday]
OFFERING_STATUS_UNSPECIFIED: OfferingStatus
OFFERING_STATUS_OPEN: OfferingStatus
OFFERING_STATUS_CLOSED: OfferingStatus
OFFERING_STATUS_WAITLIST: OfferingStatus
OFFERING_STATUS_CANCELLED: OfferingStatus
WEEKDAY_UNSPECIFIED: Weekday
WEEKDAY_MONDAY: Weekday
WEEKDAY_TUESDAY: Weekday
WEEKDAY_WEDNESDAY: Weekday
WEEKDAY_THURSDAY: Weekday
WEEKDAY_FRIDAY: Weekday
WEEKDAY_SATURDAY: Weekday
WEEKDAY_SUNDAY: Weekday

class SectionKey(_message.Message):
    __slots__ = ("term", "class_number")
    TERM_FIELD_NUMBER: _ClassVar[int]
    CLASS_NUMBER_FIELD_NUMBER: _ClassVar[int]
    term: _term_pb2.Term
    class_number: int
    def __init__(self, term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., class_number: _Optional[int] = ...) -> None: ...

class Offering(_message.Message):
    __slots__ = ("id", "course_code", "class_number", "term", "section", "title", "description", "level", "school", "instructors", "meetings", "status", "seats_total", "seats_available", "waitlist_count", "corequisite", "corequisite_of", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
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
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    course_code: str
    class_number: int
    term: _term_pb2.Term
    section: str
    title: str
    description: str
    level: str
    school: str
    instructors: _containers.RepeatedScalarFieldContainer[str]
    meetings: _containers.RepeatedCompositeFieldContainer[Meeting]
    status: OfferingStatus
    seats_total: int
    seats_available: int
    waitlist_count: int
    corequisite: bool
    corequisite_of: int
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., course_code: _Optional[str] = ..., class_number: _Optional[int] = ..., term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., section: _Optional[str] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., level: _Optional[str] = ..., school: _Optional[str] = ..., instructors: _Optional[_Iterable[str]] = ..., meetings: _Optional[_Iterable[_Union[Meeting, _Mapping]]] = ..., status: _Optional[_Union[OfferingStatus, str]] = ..., seats_total: _Optional[int] = ..., seats_available: _Optional[int] = ..., waitlist_count: _Optional[int] = ..., corequisite: _Optional[bool] = ..., corequisite_of: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Meeting(_message.Message):
    __slots__ = ("kind", "days", "start_minute", "end_minute", "location", "first_date", "last_date")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    START_MINUTE_FIELD_NUMBER: _ClassVar[int]
    END_MINUTE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    FIRST_DATE_FIELD_NUMBER: _ClassVar[int]
    LAST_DATE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    days: _containers.RepeatedScalarFieldContainer[Weekday]
    start_minute: int
    end_minute: int
    location: str
    first_date: str
    last_date: str
    def __init__(self, kind: _Optional[str] = ..., days: _Optional[_Iterable[_Union[Weekday, str]]] = ..., start_minute: _Optional[int] = ..., end_minute: _Optional[int] = ..., location: _Optional[str] = ..., first_date: _Optional[str] = ..., last_date: _Optional[str] = ...) -> None: ...
