from albertplus.catalog.v1 import rules_pb2 as _rules_pb2
from albertplus.identity.v1 import invite_pb2 as _invite_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateInviteRequest(_message.Message):
    __slots__ = ("name", "email")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    name: str
    email: str
    def __init__(self, name: _Optional[str] = ..., email: _Optional[str] = ...) -> None: ...

class CreateInviteResponse(_message.Message):
    __slots__ = ("invite",)
    INVITE_FIELD_NUMBER: _ClassVar[int]
    invite: _invite_pb2.Invite
    def __init__(self, invite: _Optional[_Union[_invite_pb2.Invite, _Mapping]] = ...) -> None: ...

class GetCurrentInviteRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCurrentInviteResponse(_message.Message):
    __slots__ = ("invite",)
    INVITE_FIELD_NUMBER: _ClassVar[int]
    invite: _invite_pb2.Invite
    def __init__(self, invite: _Optional[_Union[_invite_pb2.Invite, _Mapping]] = ...) -> None: ...
