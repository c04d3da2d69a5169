"""Between messages and domain values."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from albertplus.catalog.v1 import term_pb2
from albertplus.identity.v1 import (
    api_key_pb2,
    erasure_pb2,
    invite_pb2,
    student_pb2,
    student_service_pb2,
    user_pb2,
)

from services.identity.model import Account, ApiKey, Erasure, Invite, Profile, Student, Term, User


def student_message(student: Student) -> student_pb2.Student:
    """A stored profile as the message."""
    profile = student.profile
    return student_pb2.Student(
        id=student.id,
        user_id=student.user_id,
        program_ids=profile.program_ids,
        school_id=profile.school_id,
        starting_term=_term_message(profile.starting_term),
        expected_graduation_term=_term_message(profile.expected_graduation_term),
        create_time=student.create_time,
        update_time=student.update_time,
    )


def profile(message: student_pb2.Student | student_service_pb2.UpsertCurrentStudentRequest) -> Profile:
    """The profile in a message."""
    return Profile(
        program_ids=tuple(message.program_ids),
        school_id=message.school_id,
        starting_term=_term(message.starting_term),
        expected_graduation_term=_term(message.expected_graduation_term),
    )


def profile_change(message: student_pb2.Student, paths: Iterable[str]) -> Callable[[Profile], Profile]:
    """What a message with a field mask makes of a profile: the named fields become those of the message."""
    given = profile(message)
    values = {path: getattr(given, path) for path in paths}
    return lambda current: dataclasses.replace(current, **values)


def invite_message(invite: Invite) -> invite_pb2.Invite:
    """A stored invite as the message."""
    return invite_pb2.Invite(
        id=invite.id, name=invite.name, email=invite.email, create_time=invite.create_time
    )


def user_message(user: User) -> user_pb2.User:
    """A stored user as the message."""
    return user_pb2.User(
        id=user.id,
        issuer=user.account.issuer,
        subject=user.account.subject,
        email=user.email,
        student_id=user.student_id,
        admin=user.admin,
        create_time=user.create_time,
        update_time=user.update_time,
    )


def api_key_message(key: ApiKey) -> api_key_pb2.ApiKey:
    """A stored API key as the message."""
    return api_key_pb2.ApiKey(
        id=key.id,
        name=key.name,
        scopes=key.scopes,
        create_time=key.create_time,
        expire_time=key.expire_time,
        revoke_time=key.revoke_time,
        last_use_time=key.last_use_time,
    )


def erasure_message(erasure: Erasure) -> erasure_pb2.Erasure:
    """A stored erasure as the message."""
    steps = [
        erasure_pb2.ErasureStep(service=each.service, row_count=each.row_count, done_time=each.done_time)
        for each in erasure.steps
    ]
    return erasure_pb2.Erasure(
        id=erasure.id,
        user_id=erasure.user_id,
        issuer=erasure.account.issuer,
        subject=erasure.account.subject,
        create_time=erasure.create_time,
        last_told_time=erasure.told_time,
        complete_time=erasure.complete_time,
        steps=steps,
        shared=erasure.shared,
    )


def account(message: user_pb2.Account) -> Account:
    """The account in a message."""
    return Account(message.issuer, message.subject)


def _term(message: term_pb2.Term) -> Term:
    return Term(message.year, message.season)


def _term_message(term: Term) -> term_pb2.Term:
    return term_pb2.Term(year=term.year, season=term_pb2.Season.Name(term.season))
