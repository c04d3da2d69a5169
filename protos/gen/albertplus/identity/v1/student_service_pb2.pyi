from albertplus.catalog.v1 import term_pb2 as _term_pb2
from albertplus.identity.v1 import student_pb2 as _student_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetCurrentStudentRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCurrentStudentResponse(_message.Message):
    __slots__ = ("student",)
    STUDENT_FIELD_NUMBER: _ClassVar[int]
    student: _student_pb2.Student
    def __init__(self, student: _Optional[_Union[_student_pb2.Student, _Mapping]] = ...) -> None: ...

class UpsertCurrentStudentRequest(_message.Message):
    __slots__ = ("program_ids", "school_id", "starting_term", "expected_graduation_term")
    PROGRAM_IDS_FIELD_NUMBER: _ClassVar[int]
    SCHOOL_ID_FIELD_NUMBER: _ClassVar[int]
    STARTING_TERM_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_GRADUATION_TERM_FIELD_NUMBER: _ClassVar[int]
    program_ids: _containers.RepeatedScalarFieldContainer[str]
    school_id: str
    starting_term: _term_pb2.Term
    expected_graduation_term: _term_pb2.Term
    def __init__(self, program_ids: _Optional[_Iterable[str]] = ..., school_id: _Optional[str] = ..., starting_term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., expected_graduation_term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ...) -> None: ...

class UpsertCurrentStudentResponse(_message.Message):
    __slots__ = ("student",)
    STUDENT_FIELD_NUMBER: _ClassVar[int]
    student: _student_pb2.Student
    def __init__(self, student: _Optional[_Union[_student_pb2.Student, _Mapping]] = ...) -> None: ...

class UpdateCurrentStudentRequest(_message.Message):
    __slots__ = ("student", "update_mask")
    STUDENT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    student: _student_pb2.Student
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, student: _Optional[_Union[_student_pb2.Student, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateCurrentStudentResponse(_message.Message):
    __slots__ = ("student",)
    STUDENT_FIELD_NUMBER: _ClassVar[int]
    student: _student_pb2.Student
    def __init__(self, student: _Optional[_Union[_student_pb2.Student, _Mapping]] = ...) -> None: ...
