from albertplus.catalog.v1 import term_pb2 as _term_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from albertplus.planner.v1 import student_course_pb2 as _student_course_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListStudentCoursesRequest(_message.Message):
    __slots__ = ("term", "page_size", "page_token")
    TERM_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    term: _term_pb2.Term
    page_size: int
    page_token: str
    def __init__(self, term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListStudentCoursesResponse(_message.Message):
    __slots__ = ("student_courses", "next_page_token")
    STUDENT_COURSES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    student_courses: _containers.RepeatedCompositeFieldContainer[_student_course_pb2.StudentCourse]
    next_page_token: str
    def __init__(self, student_courses: _Optional[_Iterable[_Union[_student_course_pb2.StudentCourse, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreateStudentCourseRequest(_message.Message):
    __slots__ = ("student_course",)
    STUDENT_COURSE_FIELD_NUMBER: _ClassVar[int]
    student_course: _student_course_pb2.StudentCourse
    def __init__(self, student_course: _Optional[_Union[_student_course_pb2.StudentCourse, _Mapping]] = ...) -> None: ...

class CreateStudentCourseResponse(_message.Message):
    __slots__ = ("student_course",)
    STUDENT_COURSE_FIELD_NUMBER: _ClassVar[int]
    student_course: _student_course_pb2.StudentCourse
    def __init__(self, student_course: _Optional[_Union[_student_course_pb2.StudentCourse, _Mapping]] = ...) -> None: ...

class UpdateStudentCourseRequest(_message.Message):
    __slots__ = ("student_course", "update_mask")
    STUDENT_COURSE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    student_course: _student_course_pb2.StudentCourse
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, student_course: _Optional[_Union[_student_course_pb2.StudentCourse, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateStudentCourseResponse(_message.Message):
    __slots__ = ("student_course",)
    STUDENT_COURSE_FIELD_NUMBER: _ClassVar[int]
    student_course: _student_course_pb2.StudentCourse
    def __init__(self, student_course: _Optional[_Union[_student_course_pb2.StudentCourse, _Mapping]] = ...) -> None: ...

class DeleteStudentCourseRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteStudentCourseResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ImportStudentCoursesRequest(_message.Message):
    __slots__ = ("courses",)
    COURSES_FIELD_NUMBER: _ClassVar[int]
    courses: _containers.RepeatedCompositeFieldContainer[_student_course_pb2.StudentCourse]
    def __init__(self, courses: _Optional[_Iterable[_Union[_student_course_pb2.StudentCourse, _Mapping]]] = ...) -> None: ...

class ImportStudentCoursesResponse(_message.Message):
    __slots__ = ("inserted", "updated", "duplicates", "ids")
    INSERTED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    inserted: int
    updated: int
    duplicates: int
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, inserted: _Optional[int] = ..., updated: _Optional[int] = ..., duplicates: _Optional[int] = ..., ids: _Optional[_Iterable[str]] = ...) -> None: ...
