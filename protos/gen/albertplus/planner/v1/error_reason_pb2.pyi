from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_STUDENT_COURSE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_STUDENT_COURSE_ALREADY_EXISTS: _ClassVar[ErrorReason]
    ERROR_REASON_ENTRY_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_OFFERING_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_ALREADY_SCHEDULED: _ClassVar[ErrorReason]
    ERROR_REASON_TIME_CONFLICT: _ClassVar[ErrorReason]
    ERROR_REASON_INVALID_ALTERNATIVE: _ClassVar[ErrorReason]
    ERROR_REASON_NOT_AN_ALTERNATIVE: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_STUDENT_COURSE_NOT_FOUND: ErrorReason
ERROR_REASON_STUDENT_COURSE_ALREADY_EXISTS: ErrorReason
ERROR_REASON_ENTRY_NOT_FOUND: ErrorReason
ERROR_REASON_OFFERING_NOT_FOUND: ErrorReason
ERROR_REASON_ALREADY_SCHEDULED: ErrorReason
ERROR_REASON_TIME_CONFLICT: ErrorReason
ERROR_REASON_INVALID_ALTERNATIVE: ErrorReason
ERROR_REASON_NOT_AN_ALTERNATIVE: ErrorReason
