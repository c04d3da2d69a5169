from albertplus.catalog.v1 import rules_pb2 as _rules_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Season(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEASON_UNSPECIFIED: _ClassVar[Season]
    SEASON_J_TERM: _ClassVar[Season]
    SEASON_WINTER: _ClassVar[Season]
    SEASON_SPRING: _ClassVar[Season]
    SEASON_SUMMER: _ClassVar[Season]
    SEASON_FALL: _ClassVar[Season]
SEASON_UNSPECIFIED: Season
SEASON_J_TERM: Season
SEASON_WINTER: Season
SEASON_SPRING: Season
SEASON_SUMMER: Season
SEASON_FALL: Season

class Term(_message.Message):
    __slots__ = ("year", "season")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    SEASON_FIELD_NUMBER: _ClassVar[int]
    year: int
    season: Season
    def __init__(self, year: _Optional[int] = ..., season: _Optional[_Union[Season, str]] = ...) -> None: ...
