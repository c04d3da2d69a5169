"""What `albertplus watch --diff` reports as changed."""

from cli.differences import ABSENT, Difference, differences

CS101 = {"class_number": "7411", "offering": {"status": "STATUS_OPEN", "seats_available": 3}}
MATH20 = {"class_number": "8122", "offering": {"status": "STATUS_OPEN"}}


def test_a_changed_value_names_its_place() -> None:
    closed = {"class_number": "7411", "offering": {"status": "STATUS_CLOSED", "seats_available": 3}}
    assert list(differences({"entries": [CS101, MATH20]}, {"entries": [closed, MATH20]})) == [
        Difference("entries[7411].offering.status", "STATUS_OPEN", "STATUS_CLOSED")
    ]


def test_an_entry_removed_from_the_middle_is_one_difference() -> None:
    found = list(differences({"entries": [CS101, MATH20]}, {"entries": [MATH20]}))
    assert found == [Difference("entries[7411]", CS101, ABSENT)]
    assert found[0].sign == "-"


def test_the_first_entry_of_an_empty_result_is_an_addition() -> None:
    found = list(differences({}, {"entries": [CS101]}))
    assert found == [Difference("entries", ABSENT, [CS101])]
    assert found[0].sign == "+"


def test_lists_of_plain_values_are_compared_by_position() -> None:
    assert list(differences({"days": ["MONDAY"]}, {"days": ["MONDAY", "FRIDAY"]})) == [
        Difference("days[1]", ABSENT, "FRIDAY")
    ]


def test_objects_without_an_identity_of_their_own_are_compared_by_position() -> None:
    before = {"items": [{"code": "A", "n": 1}, {"code": "A", "n": 2}]}
    after = {"items": [{"code": "A", "n": 1}, {"code": "A", "n": 3}]}
    assert list(differences(before, after)) == [Difference("items[1].n", 2, 3)]


def test_equal_results_have_no_difference() -> None:
    assert list(differences({"entries": [CS101]}, {"entries": [dict(CS101)]})) == []
