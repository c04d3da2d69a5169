import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AuditEntry(_message.Message):
    __slots__ = ("seq", "id", "time", "actor", "subject", "salt", "kind", "process", "method", "request_id", "summary", "outcome", "hash")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PROCESS_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    seq: int
    id: str
    time: _timestamp_pb2.Timestamp
    actor: bytes
    subject: str
    salt: str
    kind: str
    process: str
    method: str
    request_id: str
    summary: str
    outcome: str
    hash: bytes
    def __init__(self, seq: _Optional[int] = ..., id: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[bytes] = ..., subject: _Optional[str] = ..., salt: _Optional[str] = ..., kind: _Optional[str] = ..., process: _Optional[str] = ..., method: _Optional[str] = ..., request_id: _Optional[str] = ..., summary: _Optional[str] = ..., outcome: _Optional[str] = ..., hash: _Optional[bytes] = ...) -> None: ...
