import datetime

from albertplus.catalog.v1 import requirement_pb2 as _requirement_pb2
from albertplus.catalog.v1 import rules_pb2 as _rules_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Program(_message.Message):
    __slots__ = ("id", "name", "level", "school", "url", "requirements", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCHOOL_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    REQUIREMENTS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    level: str
    school: str
    url: str
    requirements: _containers.RepeatedCompositeFieldContainer[_requirement_pb2.Requirement]
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., level: _Optional[str] = ..., school: _Optional[str] = ..., url: _Optional[str] = ..., requirements: _Optional[_Iterable[_Union[_requirement_pb2.Requirement, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ProgramInput(_message.Message):
    __slots__ = ("name", "level", "school", "url", "requirements")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCHOOL_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    REQUIREMENTS_FIELD_NUMBER: _ClassVar[int]
    name: str
    level: str
    school: str
    url: str
    requirements: _containers.RepeatedCompositeFieldContainer[_requirement_pb2.Requirement]
    def __init__(self, name: _Optional[str] = ..., level: _Optional[str] = ..., school: _Optional[str] = ..., url: _Optional[str] = ..., requirements: _Optional[_Iterable[_Union[_requirement_pb2.Requirement, _Mapping]]] = ...) -> None: ...
