"""The table of functions: all that the frontends call, and who may call them."""

from __future__ import annotations

import pytest

from gateway.functions.function import Access, Function, FunctionTable, Kind, canonical_name
from gateway.functions.runner import Failure, find_function, query_scope, refusal
from gateway.functions.schema import documents
from gateway.functions.table import FUNCTIONS
from tests.gateway.functions.world import scope, user

QUERIES = [
    "appConfigs:getAppConfig",
    "appConfigs:getAllAppConfigs",
    "schools:getSchools",
    "schools:getSchoolByNameAndLevel",
    "programs:getProgramById",
    "programs:getProgramByName",
    "programs:getPrograms",
    "courses:getCourseById",
    "courses:getCourseByCode",
    "courses:getCourses",
    "courseOfferings:getCourseOfferingById",
    "courseOfferings:getCourseOfferingsByCourseCodes",
    "courseOfferings:getCourseOfferingByClassNumber",
    "courseOfferings:getCorequisitesByCourseCode",
    "courseOfferings:getCourseOfferings",
    "students:getCurrentStudent",
    "studentInvites:getCurrentUserInvite",
    "userCourses:getUserCourses",
    "userCourseOfferings:getUserCourseOfferings",
    "userCourseOfferings:getScheduleCourseOfferings",
    "userCourseOfferings:getAlternativeCourses",
    "userCourseOfferings:getCourseOfferingsByClassNumbers",
]
MUTATIONS = [
    "appConfigs:setAppConfig",
    "appConfigs:removeAppConfig",
    "students:upsertCurrentStudent",
    "students:updateCurrentStudent",
    "studentInvites:createInvite",
    "userCourses:createUserCourse",
    "userCourses:updateUserCourse",
    "userCourses:deleteUserCourse",
    "userCourses:importUserCourses",
    "userCourseOfferings:addUserCourseOffering",
    "userCourseOfferings:updateUserCourseOffering",
    "userCourseOfferings:removeUserCourseOffering",
    "userCourseOfferings:swapWithAlternative",
]
ACTIONS = ["scraper:triggerMajorsScraping", "scraper:triggerCoursesScraping"]
PUBLIC = {"schools:getSchools", "schools:getSchoolByNameAndLevel"}
ADMIN = {"appConfigs:setAppConfig", "appConfigs:removeAppConfig", *ACTIONS}
every_function = pytest.mark.parametrize("function", list(FUNCTIONS), ids=lambda function: function.name)


def test_the_functions_are_those_of_the_frontends() -> None:
    kinds = {Kind.QUERY: QUERIES, Kind.MUTATION: MUTATIONS, Kind.ACTION: ACTIONS}
    expected = {name: kind for kind, names in kinds.items() for name in names}
    assert {function.name: function.kind for function in FUNCTIONS} == expected
    assert len(FUNCTIONS) == 37


@every_function
def test_each_says_what_it_does(function: Function) -> None:
    assert function.doc.endswith(".")


@every_function
def test_nobody_gets_what_is_not_public(function: Function) -> None:
    refused = refusal(function, None)
    if function.name in PUBLIC:
        assert refused is None
    else:
        assert refused == Failure("Uncaught Error: Not authenticated")


@every_function
def test_only_administrators_get_what_is_theirs(function: Function) -> None:
    refused = refusal(function, user("alice"))
    if function.name in ADMIN:
        assert refused == Failure("Uncaught Error: Unauthorized: Admin access required")
    else:
        assert refused is None
    assert refusal(function, user("ada", admin=True)) is None


@every_function
def test_what_is_personal_is_kept_for_one_caller(function: Function) -> None:
    own = query_scope(function, user("alice"))
    assert own == (scope("alice") if function.personal else None)
    if function.access is Access.ANYONE:
        assert query_scope(function, None) is None
    else:
        assert query_scope(function, None) not in (own, query_scope(function, user("bob")))


@every_function
def test_the_contract_can_be_written_as_typescript(function: Function) -> None:
    for validator in (function.args, function.returns):
        text = validator.typescript()
        assert text.count("{") == text.count("}")
        assert "undefined" not in text


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("courses:getCourses", "courses:getCourses"),
        ("courses.js:getCourses", "courses:getCourses"),
        ("dir/courses", "dir/courses:default"),
        ("a:b:c", "a:b:c"),
        ("courses:", "courses:default"),
        ("", ":default"),
    ],
)
def test_names_have_one_form(name: str, meant: str) -> None:
    assert canonical_name(name) == meant


def test_what_is_not_there_is_said_in_the_words_of_convex() -> None:
    found = find_function(FUNCTIONS, "courses:upsertCourseInternal", Kind.MUTATION)
    assert found == Failure("Could not find public function for 'courses:upsertCourseInternal'.")
    found = find_function(FUNCTIONS, "courses:getCourses", Kind.MUTATION)
    assert found == Failure("Trying to execute courses:getCourses as Mutation, but it is defined as Query.")
    assert find_function(FUNCTIONS, "courses.js:getCourses", Kind.QUERY) is FUNCTIONS.find(
        "courses:getCourses"
    )


def test_two_functions_cannot_have_one_name() -> None:
    some = next(iter(FUNCTIONS))
    with pytest.raises(ValueError, match=some.name):
        FunctionTable((some, some))


def test_documents_have_what_all_documents_have() -> None:
    (shape,) = documents("courses")
    assert {"_id", "_creationTime", "code"} <= set(shape.fields)
