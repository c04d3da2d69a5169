from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Pool(_message.Message):
    __slots__ = ("codes", "subject_levels")
    CODES_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_LEVELS_FIELD_NUMBER: _ClassVar[int]
    codes: _containers.RepeatedScalarFieldContainer[str]
    subject_levels: _containers.RepeatedCompositeFieldContainer[SubjectLevel]
    def __init__(self, codes: _Optional[_Iterable[str]] = ..., subject_levels: _Optional[_Iterable[_Union[SubjectLevel, _Mapping]]] = ...) -> None: ...

class SubjectLevel(_message.Message):
    __slots__ = ("subject", "level")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    subject: str
    level: int
    def __init__(self, subject: _Optional[str] = ..., level: _Optional[int] = ...) -> None: ...
