from albertplus.live.v1 import access_pb2 as _access_pb2
from albertplus.live.v1 import change_pb2 as _change_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ChangesRequest(_message.Message):
    __slots__ = ("epoch", "since", "limit")
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    since: int
    limit: int
    def __init__(self, epoch: _Optional[int] = ..., since: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ChangesResponse(_message.Message):
    __slots__ = ("epoch", "head", "changes", "truncated")
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    head: int
    changes: _containers.RepeatedCompositeFieldContainer[_change_pb2.Change]
    truncated: bool
    def __init__(self, epoch: _Optional[int] = ..., head: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[_change_pb2.Change, _Mapping]]] = ..., truncated: _Optional[bool] = ...) -> None: ...
