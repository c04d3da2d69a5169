"""Courses: reading and ingesting them."""

from __future__ import annotations

import pytest
from grpc import StatusCode

from tests.catalog.client import NOBODY, Catalog, course, outcomes
from tests.support.rpc import Refused


async def test_a_course_is_read_as_it_was_ingested(catalog: Catalog) -> None:
    rule = {
        "any": {"rules": [{"course": {"code": "MATH-UA 9", "min_grade": "C"}}, {"opaque": {"text": "luck"}}]}
    }
    [_, result] = await catalog.put_courses(
        course("MATH-UA 9"),
        course(
            "CSCI-UA 101",
            "Intro to Computer Science",
            subject_name="Computer Science",
            credits_min=1.5,
            credits_max=4,
            description="How to design algorithms.",
            url="https://cs.example/101",
            prerequisite=rule,
            prerequisite_text="MATH-UA 9 with a C, or luck.",
        ),
    )
    stored = await catalog.course("CSCI-UA 101")
    assert (stored.id, stored.subject, stored.subject_name) == (result.id, "CSCI-UA", "Computer Science")
    assert (stored.credits_min, stored.credits_max) == (1.5, 4)
    assert stored.prerequisite.any.rules[0].course.min_grade == "C"
    assert stored.prerequisite.any.rules[1].opaque.text == "luck"
    assert stored.create_time == stored.update_time != 0


async def test_an_id_and_any_spacing_of_the_code_find_the_course(catalog: Catalog) -> None:
    [result] = await catalog.put_courses(course("CSCI-UA\u00a0 101 "))
    assert result.id
    for key in ({"id": result.id}, {"code": "CSCI-UA 101"}, {"code": " CSCI-UA\u00a0101"}):
        assert (await catalog.call("course", "GetCourse", **key)).course.code == "CSCI-UA 101"


@pytest.mark.parametrize("key", [{"id": NOBODY}, {"code": "NONE-UA 1"}, {"code": "a\0b"}])
async def test_a_course_that_does_not_exist_is_not_found(catalog: Catalog, key: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        await catalog.call("course", "GetCourse", **key)
    assert (refused.value.code, refused.value.reason) == (StatusCode.NOT_FOUND, "COURSE_NOT_FOUND")
    assert refused.value.domain == "catalog.albertplus"


async def test_a_course_not_found_depends_on_its_code(catalog: Catalog) -> None:
    with pytest.raises(Refused) as refused:
        await catalog.call("course", "GetCourse", code="CSCI-UA 101")
    assert refused.value.reads is not None
    [read] = refused.value.reads.reads
    assert list(read.keys) == ["catalog.courses/by_code/CSCI-UA 101"]


async def test_many_courses_come_in_the_order_asked_for_and_once(catalog: Catalog) -> None:
    [one, two] = await catalog.put_courses(course("A 1"), course("B 2"))
    answer = await catalog.call(
        "course", "BatchGetCourses", ids=[two.id, NOBODY, two.id], codes=["B 2", "Z 9", " A  1"]
    )
    assert [each.id for each in answer.courses] == [two.id, one.id]
    assert list(answer.missing_ids) == [NOBODY]
    assert list(answer.missing_codes) == ["Z 9"]


async def test_credits_without_a_maximum_are_fixed(catalog: Catalog) -> None:
    await catalog.put_courses(course("A 1", credits_min=0.5))
    assert (await catalog.course("A 1")).credits_max == 0.5


async def test_what_an_ingested_course_leaves_out_is_cleared(catalog: Catalog) -> None:
    tree = {"course": {"code": "B 2"}}
    await catalog.put_courses(course("B 2"), course("A 1", description="x", url="y", prerequisite=tree))
    [result] = await catalog.put_courses(course("A 1"))
    stored = await catalog.course("A 1")
    assert outcomes([result]) == ["CHANGED"]
    assert (stored.description, stored.url, stored.HasField("prerequisite")) == ("", "", False)


async def test_a_prerequisite_on_a_course_that_does_not_exist_is_refused(catalog: Catalog) -> None:
    tree = {
        "all": {"rules": [{"course": {"code": "A 1"}}, {"negation": {"rule": {"course": {"code": "Z 9"}}}}]}
    }
    results = await catalog.put_courses(course("A 1"), course("B 2", prerequisite=tree))
    assert outcomes(results) == ["CREATED", "REFUSED"]
    [violation] = results[1].violations
    assert violation.field == "prerequisite.all.rules[1].negation.rule.course.code"
    assert violation.description == "there is no course Z 9"


async def test_a_prerequisite_may_come_with_the_same_batch_but_not_be_refused(catalog: Catalog) -> None:
    chain = [
        course("A 1", level="NOT A LEVEL"),
        course("B 2", prerequisite={"course": {"code": "A 1"}}),
        course("C 3", prerequisite={"course": {"code": "B 2"}}),
        course("D 4", prerequisite={"course": {"code": "E\u00a05"}}),
        course("E 5"),
    ]
    results = await catalog.put_courses(*chain)
    assert outcomes(results) == ["REFUSED", "REFUSED", "REFUSED", "CREATED", "CREATED"]


async def test_a_pool_and_raw_text_may_name_what_the_catalog_does_not_have(catalog: Catalog) -> None:
    tree = {
        "credits": {"min": 8, "pool": {"codes": ["Z 9"], "subject_levels": [{"subject": "Z", "level": 400}]}}
    }
    [result] = await catalog.put_courses(course("A 1", prerequisite=tree, prerequisite_text="Q 1"))
    assert outcomes([result]) == ["CREATED"]


async def test_a_tree_that_is_too_deep_is_refused(catalog: Catalog) -> None:
    tree: dict[str, object] = {"opaque": {"text": "x"}}
    for _ in range(20):
        tree = {"all": {"rules": [tree]}}
    [result] = await catalog.put_courses(course("A 1", prerequisite=tree))
    assert outcomes([result]) == ["REFUSED"]
    assert result.violations[0].description == "must not be deeper than 20 levels"


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"opaque": {"text": "a\0b"}}, "prerequisite.opaque.text"),
        ({"course": {"code": "A\0 1"}}, "prerequisite.course.code"),
        ({"credits": {"min": 1, "pool": {"codes": ["A\0"]}}}, "prerequisite.credits.pool.codes[0]"),
    ],
)
async def test_what_cannot_be_stored_is_refused_wherever_it_is(
    catalog: Catalog, rule: dict[str, object], field: str
) -> None:
    results = await catalog.put_courses(course("A 1", prerequisite=rule), course("B 2"))
    assert outcomes(results) == ["REFUSED", "CREATED"]
    assert [each.field for each in results[0].violations] == [field]


async def test_a_deleted_course_is_gone(catalog: Catalog) -> None:
    [result] = await catalog.put_courses(course("A 1"))
    await catalog.call("course", "DeleteCourse", id=result.id)
    with pytest.raises(Refused):
        await catalog.course("A 1")
    with pytest.raises(Refused) as refused:
        await catalog.call("course", "DeleteCourse", id=result.id)
    assert refused.value.reason == "COURSE_NOT_FOUND"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["A 2", "A 10", "B 1"]),
        ({"level": "graduate"}, ["B 1"]),
        ({"schools": ["Arts", "Law"]}, ["A 2", "A 10"]),
        ({"schools": ["Law"], "level": "graduate"}, []),
        ({"subject": "A"}, ["A 2", "A 10"]),
        ({"credits": 3}, ["A 10"]),
        ({"credits": 0}, ["B 1"]),
    ],
)
async def test_a_list_is_filtered_and_sorted_as_people_count(
    catalog: Catalog, filters: dict[str, object], found: list[str]
) -> None:
    await catalog.put_courses(
        course("B 1", level="graduate", school="Tisch", credits_min=0),
        course("A 10", credits_min=1, credits_max=3),
        course("A 2", credits_min=2),
    )
    assert await catalog.find_courses("", **filters) == found
