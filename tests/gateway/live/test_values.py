"""Keys and snapshots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.live.keys import touches
from gateway.live.snapshot import Snapshot


@pytest.mark.parametrize(
    ("read", "write", "hit"),
    [
        ("a.t/by_id/1", "a.t/by_id/1", True),
        ("a.t/by_id/1", "a.t/by_id/10", False),
        ("a.t/by_id/1", "a.t/by_id", False),
        ("a.t/*", "a.t/by_id/1", True),
        ("a.t/by_id/1", "a.t/*", True),
        ("a.t/*", "a.t/*", True),
        ("a.t/*", "a.tt/by_id/1", False),
        ("a.tt/by_id/1", "a.t/*", False),
        ("a.t/by_id/1", "*", True),
    ],
)
def test_a_write_touches_a_read_when_equal_or_either_is_the_whole_table(
    read: str, write: str, hit: bool
) -> None:
    assert touches(frozenset([read]), [write]) is hit


def test_a_snapshot_reads_as_postgres_prints_it() -> None:
    snapshot = Snapshot.parse("10:20:12,15")
    assert [xid for xid in range(8, 22) if snapshot.sees(xid)] == [8, 9, 10, 11, 13, 14, 16, 17, 18, 19]
    assert Snapshot.parse("10:10:") == Snapshot(10, 10)


snapshots = st.builds(
    lambda xmin, running: Snapshot(
        min(running, default=xmin), max([xmin, *(xid + 1 for xid in running)]), frozenset(running)
    ),
    st.integers(1, 12),
    st.sets(st.integers(1, 12), max_size=4),
)


@given(snapshots, snapshots)
def test_a_snapshot_covers_another_when_it_sees_all_that_the_other_sees(
    ours: Snapshot, other: Snapshot
) -> None:
    everything = all(ours.sees(xid) for xid in range(1, 30) if other.sees(xid))
    assert ours.covers(other) is everything
