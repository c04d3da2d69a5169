"""schools, programs and courses: what a student can study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from albertplus.catalog.v1 import course_pb2, school_pb2
from albertplus.catalog.v1 import course_service_pb2 as course_pb
from albertplus.catalog.v1 import program_service_pb2 as program_pb
from albertplus.catalog.v1 import school_service_pb2 as school_pb

from gateway.functions import documents
from gateway.functions.context import Context
from gateway.functions.documents import Document
from gateway.functions.paging import paginate
from gateway.functions.rpcs import everything, in_batches, or_none, pages, searched

Args = dict[str, Any]
MAX_CODE, MAX_NAME, MAX_SCHOOL = 100, 300, 200


async def schools(context: Context, _: Args) -> list[Document]:
    """All schools, the oldest first."""
    return documents.by_creation(map(documents.school, await _schools(context)))


async def school_by_key(context: Context, args: Args) -> Document | None:
    """The school of a name at a level."""
    if not 0 < len(args["name"]) <= MAX_SCHOOL:
        return None
    found = await _schools(context, name=args["name"], level=args["level"])
    return documents.school(found[0]) if found else None


async def schools_by_id(context: Context, ids: Sequence[str]) -> dict[str, Document]:
    """The schools that exist, by id."""
    request = school_pb.BatchGetSchoolsRequest(ids=ids)
    answer = await context.call("SchoolService/BatchGetSchools", request, school_pb.BatchGetSchoolsResponse)
    return {each.id: documents.school(each) for each in answer.schools}


async def program_by_id(context: Context, args: Args) -> Document | None:
    """A program with its requirements."""
    request = program_pb.GetProgramRequest(id=args["id"])
    call = context.call("ProgramService/GetProgram", request, program_pb.GetProgramResponse)
    found = await or_none(call, "PROGRAM_NOT_FOUND")
    return None if found is None else documents.program_with_requirements(found.program)


async def program_by_name(context: Context, args: Args) -> Document | None:
    """The program of a name with its requirements; of several with one name the oldest."""
    if not args["name"].strip() or len(args["name"]) > MAX_NAME:
        return None
    found = await everything(_programs(context, name=args["name"]))
    all_ = documents.by_creation(map(documents.program_with_requirements, found))
    return all_[0] if all_ else None


async def programs(context: Context, args: Args) -> Document:
    """A page of programs: by relevance for a query, else the newest first."""
    read = _programs(context, query=searched(args.get("query")), newest_first=True)
    page = await paginate(context, args["paginationOpts"], read)
    return page | {"page": [documents.program(each) for each in page["page"]]}


async def programs_by_id(context: Context, ids: Sequence[str]) -> dict[str, Document]:
    """The programs that exist, by id."""
    request = program_pb.BatchGetProgramsRequest(ids=ids)
    answer = await context.call(
        "ProgramService/BatchGetPrograms", request, program_pb.BatchGetProgramsResponse
    )
    return {each.id: documents.program(each) for each in answer.programs}


async def course_by_id(context: Context, args: Args) -> Document | None:
    """A course with its prerequisites."""
    return await _course(context, course_pb.GetCourseRequest(id=args["id"]))


async def course_by_code(context: Context, args: Args) -> Document | None:
    """The course of a code with its prerequisites."""
    if not 0 < len(args["code"]) <= MAX_CODE:
        return None
    return await _course(context, course_pb.GetCourseRequest(code=args["code"]))


async def courses(context: Context, args: Args) -> Document:
    """A page of a level's courses: by relevance for a query, else the newest first."""
    request = course_pb.ListCoursesRequest(
        query=searched(args.get("query")),
        level=args["level"],
        schools=dict.fromkeys(args.get("schools", ())),
        newest_first=True,
    )
    read = pages(context, "CourseService/ListCourses", request, course_pb.ListCoursesResponse, "courses")
    page = await paginate(context, args["paginationOpts"], read)
    return page | {"page": [documents.course(each) for each in page["page"]]}


async def courses_by_code(context: Context, codes: Sequence[str]) -> dict[str, course_pb2.Course]:
    """The courses that exist, by code."""

    async def ask(some: Sequence[str]) -> Sequence[course_pb2.Course]:
        request = course_pb.BatchGetCoursesRequest(codes=some)
        answer = await context.call(
            "CourseService/BatchGetCourses", request, course_pb.BatchGetCoursesResponse
        )
        return answer.courses

    return {each.code: each for each in await in_batches(ask, codes)}


async def _course(context: Context, request: course_pb.GetCourseRequest) -> Document | None:
    call = context.call("CourseService/GetCourse", request, course_pb.GetCourseResponse)
    found = await or_none(call, "COURSE_NOT_FOUND")
    return None if found is None else documents.course_with_prerequisites(found.course)


async def _schools(context: Context, **filters: str) -> list[school_pb2.School]:
    request = school_pb.ListSchoolsRequest(**filters)  # type: ignore[arg-type]
    return await everything(
        pages(context, "SchoolService/ListSchools", request, school_pb.ListSchoolsResponse, "schools")
    )


def _programs(context: Context, **filters: Any) -> Any:
    request = program_pb.ListProgramsRequest(**filters)
    return pages(context, "ProgramService/ListPrograms", request, program_pb.ListProgramsResponse, "programs")
