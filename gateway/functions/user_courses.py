"""userCourses: what the caller has taken and plans to take."""

from __future__ import annotations

from typing import Any

from albertplus.planner.v1 import student_course_pb2
from albertplus.planner.v1 import student_course_service_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from gateway.functions import documents
from gateway.functions.context import Context
from gateway.functions.documents import GRADE_NUMBERS, Document
from gateway.functions.errors import ConvexError, FunctionError, Refused
from gateway.functions.rpcs import everything, pages

Args = dict[str, Any]
NOT_FOUND = "User course not found or unauthorized"
NO_MAIN = "Main course not found or unauthorized"


async def list_(context: Context, _: Args) -> list[Document]:
    """All of the caller's courses with those of the catalog, the oldest first."""
    user = context.subject
    return documents.by_creation(documents.user_course(each, user) for each in await _all(context))


async def create(context: Context, args: Args) -> str:
    """Adds a course. Refuses with "<code> already exists in <term> <year>"."""
    request = pb.CreateStudentCourseRequest(student_course=_course(args))
    method = "StudentCourseService/CreateStudentCourse"
    try:
        answer = await context.call(method, request, pb.CreateStudentCourseResponse)
    except Refused as refused:
        raise _explained(refused) from refused
    return answer.student_course.id


async def update(context: Context, args: Args) -> None:
    """Changes the fields that are given. Fails with "User course not found or unauthorized"."""
    course = student_course_pb2.StudentCourse(id=args["id"], **_given(args))
    paths = [name for name in _given(args) if name != "term"]
    if "year" in args or "term" in args:
        course.term.CopyFrom(_term(await _whole_term(context, args)))
        paths.append("term")
    if not paths:
        await _own(context, args["id"])
        return
    request = pb.UpdateStudentCourseRequest(student_course=course, update_mask=FieldMask(paths=paths))
    await _mutate(context, "UpdateStudentCourse", request, pb.UpdateStudentCourseResponse)


async def delete(context: Context, args: Args) -> None:
    """Deletes a course. Fails with "User course not found or unauthorized"."""
    request = pb.DeleteStudentCourseRequest(id=args["id"])
    await _mutate(context, "DeleteStudentCourse", request, pb.DeleteStudentCourseResponse)


async def import_(context: Context, args: Args) -> Document:
    """Adds a history, and grades to courses that have none; says what became of it."""
    if not args["courses"]:
        return {"inserted": 0.0, "updated": 0.0, "duplicates": 0.0, "ids": []}
    request = pb.ImportStudentCoursesRequest(courses=map(_course, args["courses"]))
    answer = await context.call(
        "StudentCourseService/ImportStudentCourses", request, pb.ImportStudentCoursesResponse
    )
    return {
        "inserted": float(answer.inserted),
        "updated": float(answer.updated),
        "duplicates": float(answer.duplicates),
        "ids": list(answer.ids),
    }


async def _all(context: Context) -> list[student_course_pb2.StudentCourse]:
    request = pb.ListStudentCoursesRequest()
    method = "StudentCourseService/ListStudentCourses"
    return await everything(pages(context, method, request, pb.ListStudentCoursesResponse, "student_courses"))


async def _own(context: Context, id_: str) -> student_course_pb2.StudentCourse:
    """The caller's course with an id."""
    for each in await _all(context):
        if each.id == id_:
            return each
    raise FunctionError(NOT_FOUND)


async def _whole_term(context: Context, args: Args) -> Document:
    """Year and term after the change, of which one may be left as it is."""
    if "year" in args and "term" in args:
        return args
    return documents.semester((await _own(context, args["id"])).term) | args


def _term(fields: Document) -> Any:
    found = documents.term(fields)
    if found is None:
        raise ConvexError(f"{fields['year']:g} is not a year in which a term can be")
    return found


def _course(args: Args) -> student_course_pb2.StudentCourse:
    given = _given({"title": "", **args})
    return student_course_pb2.StudentCourse(course_code=args["courseCode"], term=_term(args), **given)


def _given(args: Args) -> dict[str, Any]:
    """The fields that are given, but for the term; a course without a title is called by its code."""
    given: dict[str, Any] = {}
    if "title" in args:
        given["title"] = args["title"].strip() or args.get("courseCode", "")
    if "alternativeOf" in args:
        given["alternative_of"] = args["alternativeOf"]
    if "grade" in args:
        given["grade"] = GRADE_NUMBERS[args["grade"]]
    return given


async def _mutate(context: Context, method: str, request: Any, response: type[Any]) -> None:
    try:
        await context.call(f"StudentCourseService/{method}", request, response)
    except Refused as refused:
        raise _explained(refused) from refused


def _explained(refused: Refused) -> Exception:
    """A refusal in AlbertPlus's words."""
    if refused.reason == "STUDENT_COURSE_NOT_FOUND":
        return FunctionError(NOT_FOUND)
    if refused.reason == "STUDENT_COURSE_ALREADY_EXISTS":
        said = refused.metadata
        return ConvexError(f"{said['course_code']} already exists in {said['season']} {said['year']}")
    return ConvexError(NO_MAIN) if refused.reason == "INVALID_ALTERNATIVE" else refused
