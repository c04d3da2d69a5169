import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReadSet(_message.Message):
    __slots__ = ("reads", "personal", "incomplete")
    READS_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_FIELD_NUMBER: _ClassVar[int]
    INCOMPLETE_FIELD_NUMBER: _ClassVar[int]
    reads: _containers.RepeatedCompositeFieldContainer[ServiceRead]
    personal: bool
    incomplete: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, reads: _Optional[_Iterable[_Union[ServiceRead, _Mapping]]] = ..., personal: _Optional[bool] = ..., incomplete: _Optional[_Iterable[str]] = ...) -> None: ...

class ServiceRead(_message.Message):
    __slots__ = ("service", "epoch", "snapshot", "head", "keys")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    service: str
    epoch: int
    snapshot: str
    head: int
    keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, service: _Optional[str] = ..., epoch: _Optional[int] = ..., snapshot: _Optional[str] = ..., head: _Optional[int] = ..., keys: _Optional[_Iterable[str]] = ...) -> None: ...

class WriteSet(_message.Message):
    __slots__ = ("service", "epoch", "xid", "keys", "commit_time")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    XID_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    COMMIT_TIME_FIELD_NUMBER: _ClassVar[int]
    service: str
    epoch: int
    xid: int
    keys: _containers.RepeatedScalarFieldContainer[str]
    commit_time: _timestamp_pb2.Timestamp
    def __init__(self, service: _Optional[str] = ..., epoch: _Optional[int] = ..., xid: _Optional[int] = ..., keys: _Optional[_Iterable[str]] = ..., commit_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
