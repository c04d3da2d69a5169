"""The rule both tables share: an alternative belongs to a main row of the same student and term.

The database holds it too, by a foreign key; these checks are there to say what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.planner.errors import InvalidAlternative
from services.planner.model import Choice


def refuse_bad_alternative(row: Choice, rows: Sequence[Choice]) -> None:
    """Refuses `row` with InvalidAlternative if, beside the student's `rows`, it cannot hang where it says."""
    if row.alternative_of is not None and (problem := _problem(row, rows)):
        raise InvalidAlternative(alternative_of=row.alternative_of, problem=problem)


def _problem(row: Choice, rows: Sequence[Choice]) -> str | None:
    main = next((each for each in rows if each.id == row.alternative_of), None)
    if main is None:
        return "you have no such row"
    if main.id == row.id:
        return "it is the same row"
    if main.term != row.term:
        return "that is in another term"
    if main.alternative_of is not None:
        return "that is an alternative itself"
    if any(each.alternative_of == row.id and each.term == row.term for each in rows):
        return "it has alternatives of its own"
    return None
