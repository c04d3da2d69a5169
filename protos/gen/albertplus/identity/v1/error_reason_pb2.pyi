from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_STUDENT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_TERMS_OUT_OF_ORDER: _ClassVar[ErrorReason]
    ERROR_REASON_INVITE_ALREADY_EXISTS: _ClassVar[ErrorReason]
    ERROR_REASON_INVITE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_USER_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_ERASURE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_API_KEY_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_API_KEY_EXISTS: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_STUDENT_NOT_FOUND: ErrorReason
ERROR_REASON_TERMS_OUT_OF_ORDER: ErrorReason
ERROR_REASON_INVITE_ALREADY_EXISTS: ErrorReason
ERROR_REASON_INVITE_NOT_FOUND: ErrorReason
ERROR_REASON_USER_NOT_FOUND: ErrorReason
ERROR_REASON_ERASURE_NOT_FOUND: ErrorReason
ERROR_REASON_API_KEY_NOT_FOUND: ErrorReason
ERROR_REASON_API_KEY_EXISTS: ErrorReason
