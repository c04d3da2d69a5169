from albertplus.catalog.v1 import pool_pb2 as _pool_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Prerequisite(_message.Message):
    __slots__ = ("all", "any", "n_of", "course", "credits", "standing", "program", "negation", "opaque")
    class All(_message.Message):
        __slots__ = ("rules",)
        RULES_FIELD_NUMBER: _ClassVar[int]
        rules: _containers.RepeatedCompositeFieldContainer[Prerequisite]
        def __init__(self, rules: _Optional[_Iterable[_Union[Prerequisite, _Mapping]]] = ...) -> None: ...
    class Any(_message.Message):
        __slots__ = ("rules",)
        RULES_FIELD_NUMBER: _ClassVar[int]
        rules: _containers.RepeatedCompositeFieldContainer[Prerequisite]
        def __init__(self, rules: _Optional[_Iterable[_Union[Prerequisite, _Mapping]]] = ...) -> None: ...
    class NOf(_message.Message):
        __slots__ = ("k", "rules")
        K_FIELD_NUMBER: _ClassVar[int]
        RULES_FIELD_NUMBER: _ClassVar[int]
        k: int
        rules: _containers.RepeatedCompositeFieldContainer[Prerequisite]
        def __init__(self, k: _Optional[int] = ..., rules: _Optional[_Iterable[_Union[Prerequisite, _Mapping]]] = ...) -> None: ...
    class CourseRule(_message.Message):
        __slots__ = ("code", "min_grade", "may_be_concurrent")
        CODE_FIELD_NUMBER: _ClassVar[int]
        MIN_GRADE_FIELD_NUMBER: _ClassVar[int]
        MAY_BE_CONCURRENT_FIELD_NUMBER: _ClassVar[int]
        code: str
        min_grade: str
        may_be_concurrent: bool
        def __init__(self, code: _Optional[str] = ..., min_grade: _Optional[str] = ..., may_be_concurrent: _Optional[bool] = ...) -> None: ...
    class CreditsRule(_message.Message):
        __slots__ = ("min", "pool")
        MIN_FIELD_NUMBER: _ClassVar[int]
        POOL_FIELD_NUMBER: _ClassVar[int]
        min: float
        pool: _pool_pb2.Pool
        def __init__(self, min: _Optional[float] = ..., pool: _Optional[_Union[_pool_pb2.Pool, _Mapping]] = ...) -> None: ...
    class StandingRule(_message.Message):
        __slots__ = ("standing",)
        STANDING_FIELD_NUMBER: _ClassVar[int]
        standing: str
        def __init__(self, standing: _Optional[str] = ...) -> None: ...
    class ProgramRule(_message.Message):
        __slots__ = ("program",)
        PROGRAM_FIELD_NUMBER: _ClassVar[int]
        program: str
        def __init__(self, program: _Optional[str] = ...) -> None: ...
    class Not(_message.Message):
        __slots__ = ("rule",)
        RULE_FIELD_NUMBER: _ClassVar[int]
        rule: Prerequisite
        def __init__(self, rule: _Optional[_Union[Prerequisite, _Mapping]] = ...) -> None: ...
    class Opaque(_message.Message):
        __slots__ = ("text",)
        TEXT_FIELD_NUMBER: _ClassVar[int]
        text: str
        def __init__(self, text: _Optional[str] = ...) -> None: ...
    ALL_FIELD_NUMBER: _ClassVar[int]
    ANY_FIELD_NUMBER: _ClassVar[int]
    N_OF_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    NEGATION_FIELD_NUMBER: _ClassVar[int]
    OPAQUE_FIELD_NUMBER: _ClassVar[int]
    all: Prerequisite.All
    any: Prerequisite.Any
    n_of: Prerequisite.NOf
    course: Prerequisite.CourseRule
    credits: Prerequisite.CreditsRule
    standing: Prerequisite.StandingRule
    program: Prerequisite.ProgramRule
    negation: Prerequisite.Not
    opaque: Prerequisite.Opaque
    def __init__(self, all: _Optional[_Union[Prerequisite.All, _Mapping]] = ..., any: _Optional[_Union[Prerequisite.Any, _Mapping]] = ..., n_of: _Optional[_Union[Prerequisite.NOf, _Mapping]] = ..., course: _Optional[_Union[Prerequisite.CourseRule, _Mapping]] = ..., credits: _Optional[_Union[Prerequisite.CreditsRule, _Mapping]] = ..., standing: _Optional[_Union[Prerequisite.StandingRule, _Mapping]] = ..., program: _Optional[_Union[Prerequisite.ProgramRule, _Mapping]] = ..., negation: _Optional[_Union[Prerequisite.Not, _Mapping]] = ..., opaque: _Optional[_Union[Prerequisite.Opaque, _Mapping]] = ...) -> None: ...
