"""courseOfferings: the sections that are taught in a term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from albertplus.catalog.v1 import offering_pb2
from albertplus.catalog.v1 import offering_service_pb2 as pb

from gateway.functions import documents
from gateway.functions.catalog import MAX_CODE, courses_by_code
from gateway.functions.context import Context
from gateway.functions.documents import Document
from gateway.functions.paging import END, Read, paginate
from gateway.functions.rpcs import everything, in_batches, or_none, pages, searched, whole

Args = dict[str, Any]


async def by_id(context: Context, args: Args) -> Document | None:
    """A section."""
    return await _one(context, pb.GetOfferingRequest(id=args["id"]))


async def by_class_number(context: Context, args: Args) -> Document | None:
    """The section of a class number in a term."""
    term, number = documents.term(args), whole(args["classNumber"])
    if term is None or number is None:
        return None
    section = offering_pb2.SectionKey(term=term, class_number=number)
    return await _one(context, pb.GetOfferingRequest(section=section))


async def by_courses(context: Context, args: Args) -> list[Document]:
    """All sections of courses in a term: course by course as asked, of each the oldest first."""
    term = documents.term(args)
    codes = [code for code in args["courseCodes"] if 0 < len(code) <= MAX_CODE]
    if term is None or not codes:
        return []

    async def ask(some: Sequence[str]) -> list[offering_pb2.Offering]:
        return await everything(_list(context, pb.ListOfferingsRequest(term=term, course_codes=some)))

    by_code = defaultdict(list)
    for section in _oldest_first(await in_batches(ask, codes)):
        by_code[section["courseCode"]].append(section)
    return [section for code in codes for section in by_code[code]]


async def corequisites(context: Context, args: Args) -> list[Document]:
    """The components, such as recitations, of the section with a class number."""
    term, number = documents.term(args), whole(args["classNumber"])
    if term is None or number is None:
        return []
    request = pb.ListOfferingsRequest(term=term, corequisite_of=number)
    return _oldest_first(await everything(_list(context, request)))


async def page(context: Context, args: Args) -> Document:
    """A page of a term's sections with their courses: by relevance for a query, else the newest first.

    Components are not among them.
    """
    term = documents.term(args)
    if term is None:
        return {"page": [], "isDone": True, "continueCursor": END}
    request = pb.ListOfferingsRequest(
        query=searched(args.get("query")), term=term, corequisites=False, newest_first=True
    )
    found = await paginate(context, args["paginationOpts"], _list(context, request))
    return found | {"page": await _with_courses(context, found["page"])}


async def by_numbers(context: Context, args: Args) -> list[Document | None]:
    """The sections meant by class numbers without a term, in the order asked; null where there is none."""
    numbers = [whole(number) for number in args["classNumbers"]]

    async def ask(some: Sequence[int]) -> Iterable[offering_pb2.Offering]:
        request = pb.BatchGetMeantOfferingsRequest(class_numbers=some)
        method = "OfferingService/BatchGetMeantOfferings"
        return (await context.call(method, request, pb.BatchGetMeantOfferingsResponse)).offerings

    found = await in_batches(ask, [number for number in numbers if number is not None])
    by_number = {each.class_number: documents.offering(each) for each in found}
    return [None if number is None else by_number.get(number) for number in numbers]


async def _one(context: Context, request: pb.GetOfferingRequest) -> Document | None:
    call = context.call("OfferingService/GetOffering", request, pb.GetOfferingResponse)
    found = await or_none(call, "OFFERING_NOT_FOUND")
    return None if found is None else documents.offering(found.offering)


def _list(context: Context, request: pb.ListOfferingsRequest) -> Read:
    return pages(context, "OfferingService/ListOfferings", request, pb.ListOfferingsResponse, "offerings")


def _oldest_first(sections: Iterable[offering_pb2.Offering]) -> list[Document]:
    return documents.by_creation(map(documents.offering, sections))


async def _with_courses(context: Context, sections: Sequence[offering_pb2.Offering]) -> list[Document]:
    courses = await courses_by_code(context, [section.course_code for section in sections])
    shown = {code: documents.course(course) for code, course in courses.items()}
    return [documents.offering(section) | {"course": shown.get(section.course_code)} for section in sections]
