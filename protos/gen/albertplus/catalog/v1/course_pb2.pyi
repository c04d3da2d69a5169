import datetime

from albertplus.catalog.v1 import prerequisite_pb2 as _prerequisite_pb2
from albertplus.catalog.v1 import rules_pb2 as _rules_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Course(_message.Message):
    __slots__ = ("id", "code", "subject", "subject_name", "level", "school", "title", "credits_min", "credits_max", "description", "url", "prerequisite", "prerequisite_text", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_NAME_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCHOOL_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_MIN_FIELD_NUMBER: _ClassVar[int]
    CREDITS_MAX_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    PREREQUISITE_FIELD_NUMBER: _ClassVar[int]
    PREREQUISITE_TEXT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    code: str
    subject: str
    subject_name: str
    level: str
    school: str
    title: str
    credits_min: float
    credits_max: float
    description: str
    url: str
    prerequisite: _prerequisite_pb2.Prerequisite
    prerequisite_text: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., code: _Optional[str] = ..., subject: _Optional[str] = ..., subject_name: _Optional[str] = ..., level: _Optional[str] = ..., school: _Optional[str] = ..., title: _Optional[str] = ..., credits_min: _Optional[float] = ..., credits_max: _Optional[float] = ..., description: _Optional[str] = ..., url: _Optional[str] = ..., prerequisite: _Optional[_Union[_prerequisite_pb2.Prerequisite, _Mapping]] = ..., prerequisite_text: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CourseInput(_message.Message):
    __slots__ = ("code", "subject", "subject_name", "level", "school", "title", "credits_min", "credits_max", "description", "url", "prerequisite", "prerequisite_text")
    CODE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_NAME_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCHOOL_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_MIN_FIELD_NUMBER: _ClassVar[int]
    CREDITS_MAX_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    PREREQUISITE_FIELD_NUMBER: _ClassVar[int]
    PREREQUISITE_TEXT_FIELD_NUMBER: _ClassVar[int]
    code: str
    subject: str
    subject_name: str
    level: str
    school: str
    title: str
    credits_min: float
    credits_max: float
    description: str
    url: str
    prerequisite: _prerequisite_pb2.Prerequisite
    prerequisite_text: str
    def __init__(self, code: _Optional[str] = ..., subject: _Optional[str] = ..., subject_name: _Optional[str] = ..., level: _Optional[str] = ..., school: _Optional[str] = ..., title: _Optional[str] = ..., credits_min: _Optional[float] = ..., credits_max: _Optional[float] = ..., description: _Optional[str] = ..., url: _Optional[str] = ..., prerequisite: _Optional[_Union[_prerequisite_pb2.Prerequisite, _Mapping]] = ..., prerequisite_text: _Optional[str] = ...) -> None: ...
