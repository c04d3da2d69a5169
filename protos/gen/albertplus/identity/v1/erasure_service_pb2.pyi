from albertplus.identity.v1 import erasure_pb2 as _erasure_pb2
from albertplus.identity.v1 import user_pb2 as _user_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetErasureRequest(_message.Message):
    __slots__ = ("id", "account")
    ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    id: str
    account: _user_pb2.Account
    def __init__(self, id: _Optional[str] = ..., account: _Optional[_Union[_user_pb2.Account, _Mapping]] = ...) -> None: ...

class GetErasureResponse(_message.Message):
    __slots__ = ("erasure",)
    ERASURE_FIELD_NUMBER: _ClassVar[int]
    erasure: _erasure_pb2.Erasure
    def __init__(self, erasure: _Optional[_Union[_erasure_pb2.Erasure, _Mapping]] = ...) -> None: ...

class ListErasuresRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "pending_only")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PENDING_ONLY_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    pending_only: bool
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., pending_only: _Optional[bool] = ...) -> None: ...

class ListErasuresResponse(_message.Message):
    __slots__ = ("erasures", "next_page_token")
    ERASURES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    erasures: _containers.RepeatedCompositeFieldContainer[_erasure_pb2.Erasure]
    next_page_token: str
    def __init__(self, erasures: _Optional[_Iterable[_Union[_erasure_pb2.Erasure, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
