from albertplus.catalog.v1 import school_pb2 as _school_pb2
from albertplus.catalog.v1 import upsert_pb2 as _upsert_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetSchoolRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetSchoolResponse(_message.Message):
    __slots__ = ("school",)
    SCHOOL_FIELD_NUMBER: _ClassVar[int]
    school: _school_pb2.School
    def __init__(self, school: _Optional[_Union[_school_pb2.School, _Mapping]] = ...) -> None: ...

class ListSchoolsRequest(_message.Message):
    __slots__ = ("name", "level", "page_size", "page_token")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    level: str
    page_size: int
    page_token: str
    def __init__(self, name: _Optional[str] = ..., level: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSchoolsResponse(_message.Message):
    __slots__ = ("schools", "next_page_token")
    SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    schools: _containers.RepeatedCompositeFieldContainer[_school_pb2.School]
    next_page_token: str
    def __init__(self, schools: _Optional[_Iterable[_Union[_school_pb2.School, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class BatchGetSchoolsRequest(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetSchoolsResponse(_message.Message):
    __slots__ = ("schools", "missing_ids")
    SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    MISSING_IDS_FIELD_NUMBER: _ClassVar[int]
    schools: _containers.RepeatedCompositeFieldContainer[_school_pb2.School]
    missing_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, schools: _Optional[_Iterable[_Union[_school_pb2.School, _Mapping]]] = ..., missing_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchUpsertSchoolsRequest(_message.Message):
    __slots__ = ("schools", "dry_run")
    SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    schools: _containers.RepeatedCompositeFieldContainer[_school_pb2.SchoolInput]
    dry_run: bool
    def __init__(self, schools: _Optional[_Iterable[_Union[_school_pb2.SchoolInput, _Mapping]]] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class BatchUpsertSchoolsResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_upsert_pb2.UpsertResult]
    def __init__(self, results: _Optional[_Iterable[_Union[_upsert_pb2.UpsertResult, _Mapping]]] = ...) -> None: ...

class DeleteSchoolRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteSchoolResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
