import datetime

from albertplus.catalog.v1 import offering_pb2 as _offering_pb2
from albertplus.catalog.v1 import term_pb2 as _term_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ScheduleEntry(_message.Message):
    __slots__ = ("id", "class_number", "term", "alternative_of", "offering", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    CLASS_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVE_OF_FIELD_NUMBER: _ClassVar[int]
    OFFERING_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    class_number: int
    term: _term_pb2.Term
    alternative_of: str
    offering: _offering_pb2.Offering
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., class_number: _Optional[int] = ..., term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., alternative_of: _Optional[str] = ..., offering: _Optional[_Union[_offering_pb2.Offering, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TimeConflict(_message.Message):
    __slots__ = ("sections",)
    SECTIONS_FIELD_NUMBER: _ClassVar[int]
    sections: _containers.RepeatedCompositeFieldContainer[_offering_pb2.SectionKey]
    def __init__(self, sections: _Optional[_Iterable[_Union[_offering_pb2.SectionKey, _Mapping]]] = ...) -> None: ...
