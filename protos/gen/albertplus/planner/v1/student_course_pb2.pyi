import datetime

from albertplus.catalog.v1 import course_pb2 as _course_pb2
from albertplus.catalog.v1 import term_pb2 as _term_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Grade(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GRADE_UNSPECIFIED: _ClassVar[Grade]
    GRADE_A: _ClassVar[Grade]
    GRADE_A_MINUS: _ClassVar[Grade]
    GRADE_B_PLUS: _ClassVar[Grade]
    GRADE_B: _ClassVar[Grade]
    GRADE_B_MINUS: _ClassVar[Grade]
    GRADE_C_PLUS: _ClassVar[Grade]
    GRADE_C: _ClassVar[Grade]
    GRADE_C_MINUS: _ClassVar[Grade]
    GRADE_D_PLUS: _ClassVar[Grade]
    GRADE_D: _ClassVar[Grade]
    GRADE_P: _ClassVar[Grade]
    GRADE_F: _ClassVar[Grade]
    GRADE_W: _ClassVar[Grade]
GRADE_UNSPECIFIED: Grade
GRADE_A: Grade
GRADE_A_MINUS: Grade
GRADE_B_PLUS: Grade
GRADE_B: Grade
GRADE_B_MINUS: Grade
GRADE_C_PLUS: Grade
GRADE_C: Grade
GRADE_C_MINUS: Grade
GRADE_D_PLUS: Grade
GRADE_D: Grade
GRADE_P: Grade
GRADE_F: Grade
GRADE_W: Grade

class StudentCourse(_message.Message):
    __slots__ = ("id", "course_code", "title", "term", "alternative_of", "grade", "credits", "course", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVE_OF_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    course_code: str
    title: str
    term: _term_pb2.Term
    alternative_of: str
    grade: Grade
    credits: float
    course: _course_pb2.Course
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., course_code: _Optional[str] = ..., title: _Optional[str] = ..., term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., alternative_of: _Optional[str] = ..., grade: _Optional[_Union[Grade, str]] = ..., credits: _Optional[float] = ..., course: _Optional[_Union[_course_pb2.Course, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
