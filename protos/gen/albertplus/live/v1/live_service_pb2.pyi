from albertplus.live.v1 import access_pb2 as _access_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SubscribeRequest(_message.Message):
    __slots__ = ("start", "watch", "unwatch", "mutate", "authenticate")
    class Start(_message.Message):
        __slots__ = ("session_id", "queries")
        SESSION_ID_FIELD_NUMBER: _ClassVar[int]
        QUERIES_FIELD_NUMBER: _ClassVar[int]
        session_id: str
        queries: _containers.RepeatedCompositeFieldContainer[SubscribeRequest.Watch]
        def __init__(self, session_id: _Optional[str] = ..., queries: _Optional[_Iterable[_Union[SubscribeRequest.Watch, _Mapping]]] = ...) -> None: ...
    class Watch(_message.Message):
        __slots__ = ("query_id", "method", "request", "resume_token")
        QUERY_ID_FIELD_NUMBER: _ClassVar[int]
        METHOD_FIELD_NUMBER: _ClassVar[int]
        REQUEST_FIELD_NUMBER: _ClassVar[int]
        RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
        query_id: str
        method: str
        request: bytes
        resume_token: str
        def __init__(self, query_id: _Optional[str] = ..., method: _Optional[str] = ..., request: _Optional[bytes] = ..., resume_token: _Optional[str] = ...) -> None: ...
    class Unwatch(_message.Message):
        __slots__ = ("query_id",)
        QUERY_ID_FIELD_NUMBER: _ClassVar[int]
        query_id: str
        def __init__(self, query_id: _Optional[str] = ...) -> None: ...
    class Mutate(_message.Message):
        __slots__ = ("request_id", "method", "request", "idempotency_key")
        REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
        METHOD_FIELD_NUMBER: _ClassVar[int]
        REQUEST_FIELD_NUMBER: _ClassVar[int]
        IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
        request_id: str
        method: str
        request: bytes
        idempotency_key: str
        def __init__(self, request_id: _Optional[str] = ..., method: _Optional[str] = ..., request: _Optional[bytes] = ..., idempotency_key: _Optional[str] = ...) -> None: ...
    class Authenticate(_message.Message):
        __slots__ = ("token",)
        TOKEN_FIELD_NUMBER: _ClassVar[int]
        token: str
        def __init__(self, token: _Optional[str] = ...) -> None: ...
    START_FIELD_NUMBER: _ClassVar[int]
    WATCH_FIELD_NUMBER: _ClassVar[int]
    UNWATCH_FIELD_NUMBER: _ClassVar[int]
    MUTATE_FIELD_NUMBER: _ClassVar[int]
    AUTHENTICATE_FIELD_NUMBER: _ClassVar[int]
    start: SubscribeRequest.Start
    watch: SubscribeRequest.Watch
    unwatch: SubscribeRequest.Unwatch
    mutate: SubscribeRequest.Mutate
    authenticate: SubscribeRequest.Authenticate
    def __init__(self, start: _Optional[_Union[SubscribeRequest.Start, _Mapping]] = ..., watch: _Optional[_Union[SubscribeRequest.Watch, _Mapping]] = ..., unwatch: _Optional[_Union[SubscribeRequest.Unwatch, _Mapping]] = ..., mutate: _Optional[_Union[SubscribeRequest.Mutate, _Mapping]] = ..., authenticate: _Optional[_Union[SubscribeRequest.Authenticate, _Mapping]] = ...) -> None: ...

class SubscribeResponse(_message.Message):
    __slots__ = ("started", "update", "heartbeat")
    class Started(_message.Message):
        __slots__ = ("session_id",)
        SESSION_ID_FIELD_NUMBER: _ClassVar[int]
        session_id: str
        def __init__(self, session_id: _Optional[str] = ...) -> None: ...
    class Update(_message.Message):
        __slots__ = ("version", "results", "completed")
        VERSION_FIELD_NUMBER: _ClassVar[int]
        RESULTS_FIELD_NUMBER: _ClassVar[int]
        COMPLETED_FIELD_NUMBER: _ClassVar[int]
        version: int
        results: _containers.RepeatedCompositeFieldContainer[QueryResult]
        completed: _containers.RepeatedCompositeFieldContainer[MutationOutcome]
        def __init__(self, version: _Optional[int] = ..., results: _Optional[_Iterable[_Union[QueryResult, _Mapping]]] = ..., completed: _Optional[_Iterable[_Union[MutationOutcome, _Mapping]]] = ...) -> None: ...
    class Heartbeat(_message.Message):
        __slots__ = ()
        def __init__(self) -> None: ...
    STARTED_FIELD_NUMBER: _ClassVar[int]
    UPDATE_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    started: SubscribeResponse.Started
    update: SubscribeResponse.Update
    heartbeat: SubscribeResponse.Heartbeat
    def __init__(self, started: _Optional[_Union[SubscribeResponse.Started, _Mapping]] = ..., update: _Optional[_Union[SubscribeResponse.Update, _Mapping]] = ..., heartbeat: _Optional[_Union[SubscribeResponse.Heartbeat, _Mapping]] = ...) -> None: ...

class QueryResult(_message.Message):
    __slots__ = ("query_id", "response", "error", "unchanged", "resume_token")
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    query_id: str
    response: bytes
    error: _status_pb2.Status
    unchanged: bool
    resume_token: str
    def __init__(self, query_id: _Optional[str] = ..., response: _Optional[bytes] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., unchanged: _Optional[bool] = ..., resume_token: _Optional[str] = ...) -> None: ...

class MutationOutcome(_message.Message):
    __slots__ = ("request_id", "response", "error")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    response: bytes
    error: _status_pb2.Status
    def __init__(self, request_id: _Optional[str] = ..., response: _Optional[bytes] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...
