"""Two issuers that give one subject to two people."""

from __future__ import annotations

from tests.identity.people import OTHER_ISSUER, Identity


async def test_deleting_one_of_two_with_one_subject_leaves_the_other(identity_of_two: Identity) -> None:
    provider = identity_of_two.provider
    first = await provider.upsert("alice")
    second = await provider.upsert("alice", issuer=OTHER_ISSUER)
    hers, his = identity_of_two.student("alice"), identity_of_two.student(f"{OTHER_ISSUER}|alice")
    assert {(await hers.put()).id, (await his.put()).id} == {
        (await provider.get(id=user.id)).student_id for user in (first, second)
    }
    await provider.delete(second.id)
    assert (await hers.user()).id == first.id
    assert identity_of_two.sql("select user_id from students") == [("alice",)]
