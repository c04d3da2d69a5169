"""Programs, schools and application settings."""

from __future__ import annotations

import pytest
from grpc import StatusCode

from tests.catalog.client import NOBODY, Catalog, outcomes, program
from tests.support.rpc import Refused

CORE = {
    "title": "Core",
    "major": True,
    "all_of": {"children": [{"courses": {"codes": ["CSCI-UA\u00a0101", "CSCI-UA 102"]}}]},
}
ELECTIVES = {
    "node_id": "electives",
    "k_of": {
        "k": 1,
        "children": [
            {"credits": {"min": 16, "pool": {"subject_levels": [{"subject": "CSCI-UA", "level": 400}]}}},
            {"some": {"n": 2, "pool": {"codes": ["MATH-UA 9"]}}},
        ],
    },
}


async def test_a_program_is_read_with_its_tree_of_requirements(catalog: Catalog) -> None:
    [result] = await catalog.put_programs(program("CS", requirements=[CORE, ELECTIVES], url="https://x"))
    stored = (await catalog.call("program", "GetProgram", id=result.id)).program
    core, electives = stored.requirements
    assert (core.node_id, core.all_of.children[0].node_id) == ("1", "1.1")
    assert list(core.all_of.children[0].courses.codes) == ["CSCI-UA 101", "CSCI-UA 102"]
    assert electives.node_id == "electives"
    assert [child.node_id for child in electives.k_of.children] == ["2.1", "2.2"]
    assert electives.k_of.children[0].credits.pool.subject_levels[0].level == 400


async def test_the_same_program_again_changes_nothing_and_an_empty_list_clears(catalog: Catalog) -> None:
    await catalog.put_programs(program("CS", requirements=[CORE]))
    assert outcomes(await catalog.put_programs(program("CS", requirements=[CORE]))) == ["UNCHANGED"]
    [result] = await catalog.put_programs(program("CS"))
    stored = (await catalog.call("program", "GetProgram", id=result.id)).program
    assert outcomes([result]) == ["CHANGED"]
    assert not stored.requirements


async def test_programs_of_one_name_in_two_schools_or_levels_are_different(catalog: Catalog) -> None:
    results = await catalog.put_programs(
        program("CS"), program("CS", school="Tandon"), program("CS", level="graduate"), program(" CS ")
    )
    assert outcomes(results) == ["SUPERSEDED", "CREATED", "CREATED", "CREATED"]
    assert len({each.id for each in results[1:]}) == 3


async def test_a_node_id_given_twice_is_refused(catalog: Catalog) -> None:
    twice = [{"node_id": "a", "courses": {"codes": ["X 1"]}}] * 2
    [result] = await catalog.put_programs(program("CS", requirements=twice))
    assert outcomes([result]) == ["REFUSED"]
    assert [each.field for each in result.violations] == ["requirements[1].node_id"]


async def test_a_requirement_without_a_rule_is_refused(catalog: Catalog) -> None:
    [result] = await catalog.put_programs(program("CS", requirements=[{"title": "?"}]))
    assert outcomes([result]) == ["REFUSED"]


@pytest.mark.parametrize("noun", ["program", "school"])
async def test_what_does_not_exist_is_not_found(catalog: Catalog, noun: str) -> None:
    for verb in ("Get", "Delete"):
        with pytest.raises(Refused) as refused:
            await catalog.call(noun, f"{verb}{noun.title()}", id=NOBODY)
        assert (refused.value.code, refused.value.reason) == (
            StatusCode.NOT_FOUND,
            f"{noun.upper()}_NOT_FOUND",
        )
        assert refused.value.metadata == {f"{noun}_id": NOBODY}


async def test_schools_are_ingested_listed_and_deleted(catalog: Catalog) -> None:
    schools = [{"name": "Arts", "short_name": "A", "level": level} for level in ("undergraduate", "graduate")]
    results = (await catalog.call("school", "BatchUpsertSchools", schools=schools)).results
    assert outcomes(results) == ["CREATED", "CREATED"]
    listed = (await catalog.call("school", "ListSchools", name="Arts", level="graduate")).schools
    assert [each.id for each in listed] == [results[1].id]
    found = await catalog.call("school", "BatchGetSchools", ids=[results[0].id, NOBODY])
    assert ([each.level for each in found.schools], list(found.missing_ids)) == (["undergraduate"], [NOBODY])
    await catalog.call("school", "DeleteSchool", id=results[0].id)
    assert len((await catalog.call("school", "ListSchools")).schools) == 1


async def test_anyone_may_read_schools_but_nothing_else(catalog: Catalog) -> None:
    anonymous = Catalog(catalog.service, "")
    anonymous._admin = catalog.service.anonymous()
    assert not (await anonymous.call("school", "ListSchools")).schools
    with pytest.raises(Refused) as refused:
        await anonymous.call("course", "ListCourses")
    assert refused.value.code is StatusCode.UNAUTHENTICATED


async def test_a_student_may_read_but_not_write(catalog: Catalog) -> None:
    student = Catalog(catalog.service, "")
    student._admin = catalog.service.user("alice")
    assert not (await student.call("course", "ListCourses")).courses
    with pytest.raises(Refused) as refused:
        await student.put_programs(program("CS"))
    assert refused.value.code is StatusCode.PERMISSION_DENIED


async def test_settings_are_written_together(catalog: Catalog) -> None:
    term = [{"key": "current_term", "value": "fall"}, {"key": "current_year", "value": "2025"}]
    results = (await catalog.call("app_config", "BatchUpsertAppConfigs", app_configs=term)).results
    assert (outcomes(results), [each.id for each in results]) == (
        ["CREATED", "CREATED"],
        ["current_term", "current_year"],
    )
    changed = [{"key": "current_term", "value": "spring"}, {"key": "no spaces", "value": ""}]
    with pytest.raises(Refused) as refused:
        await catalog.call("app_config", "BatchUpsertAppConfigs", app_configs=changed)
    assert refused.value.code is StatusCode.INVALID_ARGUMENT
    assert (await catalog.call("app_config", "GetAppConfig", key="current_term")).app_config.value == "fall"


async def test_settings_are_listed_fetched_and_deleted(catalog: Catalog) -> None:
    values = [{"key": key, "value": key.upper()} for key in "cab"]
    await catalog.call("app_config", "BatchUpsertAppConfigs", app_configs=values)
    pages = [page async for page in catalog.pages("app_config", "ListAppConfigs", page_size=2)]
    assert [each.key for page in pages for each in page.app_configs] == ["a", "b", "c"]
    await catalog.call("app_config", "DeleteAppConfig", key="b")
    found = await catalog.call("app_config", "BatchGetAppConfigs", keys=["c", "b", "c"])
    assert ([each.value for each in found.app_configs], list(found.missing_keys)) == (["C"], ["b"])
    with pytest.raises(Refused) as refused:
        await catalog.call("app_config", "DeleteAppConfig", key="\0")
    assert refused.value.reason == "APP_CONFIG_NOT_FOUND"
    with pytest.raises(Refused) as refused:
        await catalog.call("app_config", "DeleteAppConfig", key="b")
    assert (refused.value.reason, refused.value.metadata) == ("APP_CONFIG_NOT_FOUND", {"key": "b"})


async def test_a_setting_that_is_set_to_what_it_is_announces_nothing(catalog: Catalog) -> None:
    values = [{"key": "a", "value": "1"}]
    await catalog.call("app_config", "BatchUpsertAppConfigs", app_configs=values)
    again = await catalog.answer("app_config", "BatchUpsertAppConfigs", app_configs=values)
    assert outcomes(again.message.results) == ["UNCHANGED"]
    assert again.written_keys == set()
