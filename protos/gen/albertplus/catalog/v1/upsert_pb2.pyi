from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UpsertResult(_message.Message):
    __slots__ = ("index", "outcome", "id", "violations")
    class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        OUTCOME_UNSPECIFIED: _ClassVar[UpsertResult.Outcome]
        OUTCOME_CREATED: _ClassVar[UpsertResult.Outcome]
        OUTCOME_CHANGED: _ClassVar[UpsertResult.Outcome]
        OUTCOME_UNCHANGED: _ClassVar[UpsertResult.Outcome]
        OUTCOME_REFUSED: _ClassVar[UpsertResult.Outcome]
        OUTCOME_SUPERSEDED: _ClassVar[UpsertResult.Outcome]
    OUTCOME_UNSPECIFIED: UpsertResult.Outcome
    OUTCOME_CREATED: UpsertResult.Outcome
    OUTCOME_CHANGED: UpsertResult.Outcome
    OUTCOME_UNCHANGED: UpsertResult.Outcome
    OUTCOME_REFUSED: UpsertResult.Outcome
    OUTCOME_SUPERSEDED: UpsertResult.Outcome
    INDEX_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    index: int
    outcome: UpsertResult.Outcome
    id: str
    violations: _containers.RepeatedCompositeFieldContainer[FieldViolation]
    def __init__(self, index: _Optional[int] = ..., outcome: _Optional[_Union[UpsertResult.Outcome, str]] = ..., id: _Optional[str] = ..., violations: _Optional[_Iterable[_Union[FieldViolation, _Mapping]]] = ...) -> None: ...

class FieldViolation(_message.Message):
    __slots__ = ("field", "description")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    field: str
    description: str
    def __init__(self, field: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...
