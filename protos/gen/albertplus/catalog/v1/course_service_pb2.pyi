from albertplus.catalog.v1 import course_pb2 as _course_pb2
from albertplus.catalog.v1 import upsert_pb2 as _upsert_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetCourseRequest(_message.Message):
    __slots__ = ("id", "code")
    ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    id: str
    code: str
    def __init__(self, id: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class GetCourseResponse(_message.Message):
    __slots__ = ("course",)
    COURSE_FIELD_NUMBER: _ClassVar[int]
    course: _course_pb2.Course
    def __init__(self, course: _Optional[_Union[_course_pb2.Course, _Mapping]] = ...) -> None: ...

class ListCoursesRequest(_message.Message):
    __slots__ = ("query", "level", "schools", "subject", "credits", "page_size", "page_token", "newest_first", "end_page_token")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIRST_FIELD_NUMBER: _ClassVar[int]
    END_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    query: str
    level: str
    schools: _containers.RepeatedScalarFieldContainer[str]
    subject: str
    credits: float
    page_size: int
    page_token: str
    newest_first: bool
    end_page_token: str
    def __init__(self, query: _Optional[str] = ..., level: _Optional[str] = ..., schools: _Optional[_Iterable[str]] = ..., subject: _Optional[str] = ..., credits: _Optional[float] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., newest_first: _Optional[bool] = ..., end_page_token: _Optional[str] = ...) -> None: ...

class ListCoursesResponse(_message.Message):
    __slots__ = ("courses", "next_page_token")
    COURSES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    courses: _containers.RepeatedCompositeFieldContainer[_course_pb2.Course]
    next_page_token: str
    def __init__(self, courses: _Optional[_Iterable[_Union[_course_pb2.Course, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class BatchGetCoursesRequest(_message.Message):
    __slots__ = ("ids", "codes")
    IDS_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., codes: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetCoursesResponse(_message.Message):
    __slots__ = ("courses", "missing_ids", "missing_codes")
    COURSES_FIELD_NUMBER: _ClassVar[int]
    MISSING_IDS_FIELD_NUMBER: _ClassVar[int]
    MISSING_CODES_FIELD_NUMBER: _ClassVar[int]
    courses: _containers.RepeatedCompositeFieldContainer[_course_pb2.Course]
    missing_ids: _containers.RepeatedScalarFieldContainer[str]
    missing_codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, courses: _Optional[_Iterable[_Union[_course_pb2.Course, _Mapping]]] = ..., missing_ids: _Optional[_Iterable[str]] = ..., missing_codes: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchUpsertCoursesRequest(_message.Message):
    __slots__ = ("courses", "dry_run")
    COURSES_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    courses: _containers.RepeatedCompositeFieldContainer[_course_pb2.CourseInput]
    dry_run: bool
    def __init__(self, courses: _Optional[_Iterable[_Union[_course_pb2.CourseInput, _Mapping]]] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class BatchUpsertCoursesResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_upsert_pb2.UpsertResult]
    def __init__(self, results: _Optional[_Iterable[_Union[_upsert_pb2.UpsertResult, _Mapping]]] = ...) -> None: ...

class DeleteCourseRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteCourseResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
