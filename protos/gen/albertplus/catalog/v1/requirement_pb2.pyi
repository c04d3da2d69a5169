from albertplus.catalog.v1 import pool_pb2 as _pool_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Requirement(_message.Message):
    __slots__ = ("node_id", "title", "description", "major", "all_of", "k_of", "courses", "credits", "some")
    class AllOf(_message.Message):
        __slots__ = ("children",)
        CHILDREN_FIELD_NUMBER: _ClassVar[int]
        children: _containers.RepeatedCompositeFieldContainer[Requirement]
        def __init__(self, children: _Optional[_Iterable[_Union[Requirement, _Mapping]]] = ...) -> None: ...
    class KOf(_message.Message):
        __slots__ = ("k", "children")
        K_FIELD_NUMBER: _ClassVar[int]
        CHILDREN_FIELD_NUMBER: _ClassVar[int]
        k: int
        children: _containers.RepeatedCompositeFieldContainer[Requirement]
        def __init__(self, k: _Optional[int] = ..., children: _Optional[_Iterable[_Union[Requirement, _Mapping]]] = ...) -> None: ...
    class CourseSet(_message.Message):
        __slots__ = ("codes",)
        CODES_FIELD_NUMBER: _ClassVar[int]
        codes: _containers.RepeatedScalarFieldContainer[str]
        def __init__(self, codes: _Optional[_Iterable[str]] = ...) -> None: ...
    class CreditsFrom(_message.Message):
        __slots__ = ("min", "pool")
        MIN_FIELD_NUMBER: _ClassVar[int]
        POOL_FIELD_NUMBER: _ClassVar[int]
        min: float
        pool: _pool_pb2.Pool
        def __init__(self, min: _Optional[float] = ..., pool: _Optional[_Union[_pool_pb2.Pool, _Mapping]] = ...) -> None: ...
    class CoursesFrom(_message.Message):
        __slots__ = ("n", "pool")
        N_FIELD_NUMBER: _ClassVar[int]
        POOL_FIELD_NUMBER: _ClassVar[int]
        n: int
        pool: _pool_pb2.Pool
        def __init__(self, n: _Optional[int] = ..., pool: _Optional[_Union[_pool_pb2.Pool, _Mapping]] = ...) -> None: ...
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    MAJOR_FIELD_NUMBER: _ClassVar[int]
    ALL_OF_FIELD_NUMBER: _ClassVar[int]
    K_OF_FIELD_NUMBER: _ClassVar[int]
    COURSES_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    SOME_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    title: str
    description: str
    major: bool
    all_of: Requirement.AllOf
    k_of: Requirement.KOf
    courses: Requirement.CourseSet
    credits: Requirement.CreditsFrom
    some: Requirement.CoursesFrom
    def __init__(self, node_id: _Optional[str] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., major: _Optional[bool] = ..., all_of: _Optional[_Union[Requirement.AllOf, _Mapping]] = ..., k_of: _Optional[_Union[Requirement.KOf, _Mapping]] = ..., courses: _Optional[_Union[Requirement.CourseSet, _Mapping]] = ..., credits: _Optional[_Union[Requirement.CreditsFrom, _Mapping]] = ..., some: _Optional[_Union[Requirement.CoursesFrom, _Mapping]] = ...) -> None: ...
