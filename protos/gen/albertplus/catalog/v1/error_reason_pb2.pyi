from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_COURSE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_OFFERING_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_PROGRAM_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_SCHOOL_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_APP_CONFIG_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_TOO_MANY_REMOVED: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_COURSE_NOT_FOUND: ErrorReason
ERROR_REASON_OFFERING_NOT_FOUND: ErrorReason
ERROR_REASON_PROGRAM_NOT_FOUND: ErrorReason
ERROR_REASON_SCHOOL_NOT_FOUND: ErrorReason
ERROR_REASON_APP_CONFIG_NOT_FOUND: ErrorReason
ERROR_REASON_TOO_MANY_REMOVED: ErrorReason
