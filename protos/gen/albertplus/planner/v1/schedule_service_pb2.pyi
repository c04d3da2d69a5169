from albertplus.catalog.v1 import offering_pb2 as _offering_pb2
from albertplus.catalog.v1 import term_pb2 as _term_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from albertplus.planner.v1 import schedule_pb2 as _schedule_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetScheduleRequest(_message.Message):
    __slots__ = ("term",)
    TERM_FIELD_NUMBER: _ClassVar[int]
    term: _term_pb2.Term
    def __init__(self, term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ...) -> None: ...

class GetScheduleResponse(_message.Message):
    __slots__ = ("entries",)
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[_schedule_pb2.ScheduleEntry]
    def __init__(self, entries: _Optional[_Iterable[_Union[_schedule_pb2.ScheduleEntry, _Mapping]]] = ...) -> None: ...

class AddOfferingRequest(_message.Message):
    __slots__ = ("section", "alternative_of", "force", "class_number")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVE_OF_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    CLASS_NUMBER_FIELD_NUMBER: _ClassVar[int]
    section: _offering_pb2.SectionKey
    alternative_of: str
    force: bool
    class_number: int
    def __init__(self, section: _Optional[_Union[_offering_pb2.SectionKey, _Mapping]] = ..., alternative_of: _Optional[str] = ..., force: _Optional[bool] = ..., class_number: _Optional[int] = ...) -> None: ...

class AddOfferingResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: _schedule_pb2.ScheduleEntry
    def __init__(self, entry: _Optional[_Union[_schedule_pb2.ScheduleEntry, _Mapping]] = ...) -> None: ...

class UpdateEntryRequest(_message.Message):
    __slots__ = ("entry", "update_mask", "force")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    entry: _schedule_pb2.ScheduleEntry
    update_mask: _field_mask_pb2.FieldMask
    force: bool
    def __init__(self, entry: _Optional[_Union[_schedule_pb2.ScheduleEntry, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., force: _Optional[bool] = ...) -> None: ...

class UpdateEntryResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: _schedule_pb2.ScheduleEntry
    def __init__(self, entry: _Optional[_Union[_schedule_pb2.ScheduleEntry, _Mapping]] = ...) -> None: ...

class RemoveEntryRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class RemoveEntryResponse(_message.Message):
    __slots__ = ("promoted_id",)
    PROMOTED_ID_FIELD_NUMBER: _ClassVar[int]
    promoted_id: str
    def __init__(self, promoted_id: _Optional[str] = ...) -> None: ...

class SwapWithAlternativeRequest(_message.Message):
    __slots__ = ("alternative_id", "force")
    ALTERNATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    alternative_id: str
    force: bool
    def __init__(self, alternative_id: _Optional[str] = ..., force: _Optional[bool] = ...) -> None: ...

class SwapWithAlternativeResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: _schedule_pb2.ScheduleEntry
    def __init__(self, entry: _Optional[_Union[_schedule_pb2.ScheduleEntry, _Mapping]] = ...) -> None: ...

class ListAlternativesRequest(_message.Message):
    __slots__ = ("entry_id",)
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    def __init__(self, entry_id: _Optional[str] = ...) -> None: ...

class ListAlternativesResponse(_message.Message):
    __slots__ = ("entries",)
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[_schedule_pb2.ScheduleEntry]
    def __init__(self, entries: _Optional[_Iterable[_Union[_schedule_pb2.ScheduleEntry, _Mapping]]] = ...) -> None: ...
