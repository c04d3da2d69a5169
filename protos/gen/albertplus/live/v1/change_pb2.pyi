from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Change(_message.Message):
    __slots__ = ("seq", "xid", "keys")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    XID_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    seq: int
    xid: int
    keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, seq: _Optional[int] = ..., xid: _Optional[int] = ..., keys: _Optional[_Iterable[str]] = ...) -> None: ...

class ChangeBundle(_message.Message):
    __slots__ = ("service", "epoch", "head", "changes")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    service: str
    epoch: int
    head: int
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    def __init__(self, service: _Optional[str] = ..., epoch: _Optional[int] = ..., head: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ...) -> None: ...
