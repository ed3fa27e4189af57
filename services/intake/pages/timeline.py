"""A tender's way as steps in time: done, failed, or still missing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from services.intake.trail import MailStep, RevisionTrail, Trail
from shared import topics
from shared.contracts.codes import Outcome

MOST_MAILS_SHOWN = 50

State = Literal["done", "missing", "failed"]


@dataclass(frozen=True)
class Step:
    """One step: key and parameters of its sentence, when, and milliseconds after acceptance."""

    key: str
    params: dict[str, str | int]
    state: State
    at: datetime | None = None
    after_ms: int | None = None


@dataclass(frozen=True)
class RevisionTimeline:
    """One revision's steps, and whether anything is left to be done."""

    revision: int
    ended: bool
    superseded: bool
    steps: tuple[Step, ...]


def missing(key: str, **params: str | int) -> Step:
    """A step that has not happened yet."""
    return Step(f"follow.{key}", params, "missing")


def timelines(trail: Trail) -> list[RevisionTimeline]:
    """Newest revision first."""
    newest = trail.revisions[-1].revision if trail.revisions else 0
    return [
        RevisionTimeline(
            revision=revision.revision,
            ended=revision.settled_at is not None,
            superseded=revision.revision < newest,
            steps=tuple(_steps(revision, trail.shards_expected, revision.revision < newest)),
        )
        for revision in reversed(trail.revisions)
    ]


@dataclass(frozen=True)
class _Since:
    """Makes the steps that have happened, with their distance from the accepted request."""

    start: datetime

    def done(self, key: str, at: datetime, **params: str | int) -> Step:
        after_ms = round((at - self.start).total_seconds() * 1000)
        return Step(f"follow.{key}", params, "done", at, after_ms)

    def failed(self, key: str, at: datetime, **params: str | int) -> Step:
        return replace(self.done(key, at, **params), state="failed")


def _steps(trail: RevisionTrail, shards: int, superseded: bool) -> Iterator[Step]:
    since = _Since(trail.accepted_at)
    yield since.done("accepted", trail.accepted_at)
    yield _published(trail, since)
    for shard in sorted(trail.shards, key=lambda shard: shard.at):
        yield since.done("matched", shard.at, partition=shard.partition, n=shard.matches)
    if not superseded:
        matched = {shard.partition for shard in trail.shards}
        for partition in range(shards):
            if partition not in matched:
                yield missing("matched_missing", partition=partition)
    for number, mail in enumerate(trail.mails[:MOST_MAILS_SHOWN], 1):
        yield from _mail(mail, number, since)
    if (more := len(trail.mails) - MOST_MAILS_SHOWN) > 0:
        yield since.done("more_mails", trail.mails[-1].at, n=more)
    if superseded:
        return
    if trail.settled_at and trail.sent is not None:
        yield since.done("settled", trail.settled_at, **_counts(trail))
    elif not trail.settled_at and any(shard.matches for shard in trail.shards):
        yield missing("settled_missing")


def _published(trail: RevisionTrail, since: _Since) -> Step:
    if trail.published_at is None or trail.partition is None or trail.offset is None:
        if trail.parked:
            return Step("follow.parked", {}, "failed")
        return missing("published_missing")
    return since.done(
        "published",
        trail.published_at,
        topic=topics.TENDERS.name,
        partition=trail.partition,
        offset=trail.offset,
    )


def _counts(trail: RevisionTrail) -> dict[str, str | int]:
    return {
        "sent": trail.sent or 0,
        "suppressed": trail.suppressed or 0,
        "unknown": trail.unknown or 0,
        "queued": trail.queued or 0,
    }


def _mail(mail: MailStep, number: int, since: _Since) -> Iterator[Step]:
    yield since.done("queued", mail.queued_at, n=number)
    if mail.handed_over_at:
        yield since.done("handed_over", mail.handed_over_at, n=number)
    match mail.outcome:
        case Outcome.SENT:
            yield since.done("answered", mail.at, n=number, code=mail.smtp_code or 250)
        case Outcome.SUPPRESSED:
            yield since.done("suppressed", mail.at, n=number, reason=mail.reason or "-")
        case Outcome.UNKNOWN:
            yield since.failed("unknown_outcome", mail.at, n=number)
        case Outcome.BOUNCED:
            yield since.failed("bounced", mail.at, n=number)
        case _:
            yield missing("answered_missing", n=number)
