import datetime

from albertplus.identity.v1 import user_pb2 as _user_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReportOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPORT_OUTCOME_UNSPECIFIED: _ClassVar[ReportOutcome]
    REPORT_OUTCOME_APPLIED: _ClassVar[ReportOutcome]
    REPORT_OUTCOME_STALE: _ClassVar[ReportOutcome]
    REPORT_OUTCOME_DELETED: _ClassVar[ReportOutcome]
REPORT_OUTCOME_UNSPECIFIED: ReportOutcome
REPORT_OUTCOME_APPLIED: ReportOutcome
REPORT_OUTCOME_STALE: ReportOutcome
REPORT_OUTCOME_DELETED: ReportOutcome

class ReportAccountRequest(_message.Message):
    __slots__ = ("account", "email", "admin", "update_time")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ADMIN_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    account: _user_pb2.Account
    email: str
    admin: bool
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, account: _Optional[_Union[_user_pb2.Account, _Mapping]] = ..., email: _Optional[str] = ..., admin: _Optional[bool] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReportAccountResponse(_message.Message):
    __slots__ = ("outcome",)
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    outcome: ReportOutcome
    def __init__(self, outcome: _Optional[_Union[ReportOutcome, str]] = ...) -> None: ...

class ReportAccountDeletedRequest(_message.Message):
    __slots__ = ("account",)
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    account: _user_pb2.Account
    def __init__(self, account: _Optional[_Union[_user_pb2.Account, _Mapping]] = ...) -> None: ...

class ReportAccountDeletedResponse(_message.Message):
    __slots__ = ("outcome",)
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    outcome: ReportOutcome
    def __init__(self, outcome: _Optional[_Union[ReportOutcome, str]] = ...) -> None: ...
