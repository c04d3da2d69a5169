from albertplus.catalog.v1 import offering_pb2 as _offering_pb2
from albertplus.catalog.v1 import offering_input_pb2 as _offering_input_pb2
from albertplus.catalog.v1 import rules_pb2 as _rules_pb2
from albertplus.catalog.v1 import term_pb2 as _term_pb2
from albertplus.catalog.v1 import upsert_pb2 as _upsert_pb2
from albertplus.live.v1 import access_pb2 as _access_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetOfferingRequest(_message.Message):
    __slots__ = ("id", "section")
    ID_FIELD_NUMBER: _ClassVar[int]
    SECTION_FIELD_NUMBER: _ClassVar[int]
    id: str
    section: _offering_pb2.SectionKey
    def __init__(self, id: _Optional[str] = ..., section: _Optional[_Union[_offering_pb2.SectionKey, _Mapping]] = ...) -> None: ...

class GetOfferingResponse(_message.Message):
    __slots__ = ("offering",)
    OFFERING_FIELD_NUMBER: _ClassVar[int]
    offering: _offering_pb2.Offering
    def __init__(self, offering: _Optional[_Union[_offering_pb2.Offering, _Mapping]] = ...) -> None: ...

class ListOfferingsRequest(_message.Message):
    __slots__ = ("query", "term", "course_codes", "statuses", "level", "schools", "days", "corequisites", "corequisite_of", "page_size", "page_token", "newest_first", "end_page_token")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    COURSE_CODES_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    COREQUISITES_FIELD_NUMBER: _ClassVar[int]
    COREQUISITE_OF_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIRST_FIELD_NUMBER: _ClassVar[int]
    END_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    query: str
    term: _term_pb2.Term
    course_codes: _containers.RepeatedScalarFieldContainer[str]
    statuses: _containers.RepeatedScalarFieldContainer[_offering_pb2.OfferingStatus]
    level: str
    schools: _containers.RepeatedScalarFieldContainer[str]
    days: _containers.RepeatedScalarFieldContainer[_offering_pb2.Weekday]
    corequisites: bool
    corequisite_of: int
    page_size: int
    page_token: str
    newest_first: bool
    end_page_token: str
    def __init__(self, query: _Optional[str] = ..., term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., course_codes: _Optional[_Iterable[str]] = ..., statuses: _Optional[_Iterable[_Union[_offering_pb2.OfferingStatus, str]]] = ..., level: _Optional[str] = ..., schools: _Optional[_Iterable[str]] = ..., days: _Optional[_Iterable[_Union[_offering_pb2.Weekday, str]]] = ..., corequisites: _Optional[bool] = ..., corequisite_of: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., newest_first: _Optional[bool] = ..., end_page_token: _Optional[str] = ...) -> None: ...

class ListOfferingsResponse(_message.Message):
    __slots__ = ("offerings", "next_page_token")
    OFFERINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    offerings: _containers.RepeatedCompositeFieldContainer[_offering_pb2.Offering]
    next_page_token: str
    def __init__(self, offerings: _Optional[_Iterable[_Union[_offering_pb2.Offering, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class BatchGetOfferingsRequest(_message.Message):
    __slots__ = ("ids", "sections")
    IDS_FIELD_NUMBER: _ClassVar[int]
    SECTIONS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    sections: _containers.RepeatedCompositeFieldContainer[_offering_pb2.SectionKey]
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., sections: _Optional[_Iterable[_Union[_offering_pb2.SectionKey, _Mapping]]] = ...) -> None: ...

class BatchGetOfferingsResponse(_message.Message):
    __slots__ = ("offerings", "missing_ids", "missing_sections")
    OFFERINGS_FIELD_NUMBER: _ClassVar[int]
    MISSING_IDS_FIELD_NUMBER: _ClassVar[int]
    MISSING_SECTIONS_FIELD_NUMBER: _ClassVar[int]
    offerings: _containers.RepeatedCompositeFieldContainer[_offering_pb2.Offering]
    missing_ids: _containers.RepeatedScalarFieldContainer[str]
    missing_sections: _containers.RepeatedCompositeFieldContainer[_offering_pb2.SectionKey]
    def __init__(self, offerings: _Optional[_Iterable[_Union[_offering_pb2.Offering, _Mapping]]] = ..., missing_ids: _Optional[_Iterable[str]] = ..., missing_sections: _Optional[_Iterable[_Union[_offering_pb2.SectionKey, _Mapping]]] = ...) -> None: ...

class BatchGetMeantOfferingsRequest(_message.Message):
    __slots__ = ("class_numbers",)
    CLASS_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    class_numbers: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, class_numbers: _Optional[_Iterable[int]] = ...) -> None: ...

class BatchGetMeantOfferingsResponse(_message.Message):
    __slots__ = ("offerings", "missing_class_numbers")
    OFFERINGS_FIELD_NUMBER: _ClassVar[int]
    MISSING_CLASS_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    offerings: _containers.RepeatedCompositeFieldContainer[_offering_pb2.Offering]
    missing_class_numbers: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, offerings: _Optional[_Iterable[_Union[_offering_pb2.Offering, _Mapping]]] = ..., missing_class_numbers: _Optional[_Iterable[int]] = ...) -> None: ...

class BatchUpsertOfferingsRequest(_message.Message):
    __slots__ = ("offerings", "dry_run")
    OFFERINGS_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    offerings: _containers.RepeatedCompositeFieldContainer[_offering_input_pb2.OfferingInput]
    dry_run: bool
    def __init__(self, offerings: _Optional[_Iterable[_Union[_offering_input_pb2.OfferingInput, _Mapping]]] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class BatchUpsertOfferingsResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_upsert_pb2.UpsertResult]
    def __init__(self, results: _Optional[_Iterable[_Union[_upsert_pb2.UpsertResult, _Mapping]]] = ...) -> None: ...

class DeleteOfferingRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteOfferingResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RemoveMissingOfferingsRequest(_message.Message):
    __slots__ = ("term", "school", "class_numbers", "max_removed_fraction")
    TERM_FIELD_NUMBER: _ClassVar[int]
    SCHOOL_FIELD_NUMBER: _ClassVar[int]
    CLASS_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    MAX_REMOVED_FRACTION_FIELD_NUMBER: _ClassVar[int]
    term: _term_pb2.Term
    school: str
    class_numbers: _containers.RepeatedScalarFieldContainer[int]
    max_removed_fraction: float
    def __init__(self, term: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., school: _Optional[str] = ..., class_numbers: _Optional[_Iterable[int]] = ..., max_removed_fraction: _Optional[float] = ...) -> None: ...

class RemoveMissingOfferingsResponse(_message.Message):
    __slots__ = ("removed",)
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    removed: int
    def __init__(self, removed: _Optional[int] = ...) -> None: ...
