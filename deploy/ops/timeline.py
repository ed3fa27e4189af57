"""A tender's trail as lines of text."""

from collections.abc import Iterator
from datetime import datetime

from services.intake.trail import RevisionTrail, Trail


def lines(trail: Trail) -> Iterator[str]:
    """One line a step: `●` with the time since the request, or `○` for what has not happened."""
    yield f"Tender {trail.tender_id}"
    for revision in trail.revisions:
        yield f"Revision {revision.revision}: {revision.kind}, {revision.status}"
        yield from _steps(revision, trail.shards_expected)


def _steps(revision: RevisionTrail, shards_expected: int) -> Iterator[str]:
    start = revision.accepted_at
    yield _step(start, start, "accepted")
    place = f"partition {revision.partition}, offset {revision.offset}"
    yield _step(start, revision.published_at, f"published to Kafka ({place})", "published to Kafka")
    if revision.parked:
        yield f"  ! cannot be published: {revision.parked}"
    done = revision.shards
    last = max((s.at for s in done), default=None) if len(done) >= shards_expected else None
    matches = sum(s.matches for s in done)
    progress = f"matched in {len(done)} of {shards_expected} shards"
    yield _step(start, last, f"{progress}, {matches} matches", progress)
    for mail in revision.mails:
        yield _step(start, mail.queued_at, f"{mail.purpose} mail queued")
        if mail.handed_over_at:
            yield _step(start, mail.handed_over_at, "  RCPT accepted, handing over")
        answer = f"SMTP {mail.smtp_code}" if mail.smtp_code else mail.reason or "no answer"
        yield _step(start, mail.at, f"  {mail.outcome}: {answer}")
    yield _step(start, revision.settled_at, "settled", "settled")


def _step(start: datetime, at: datetime | None, done: str, todo: str = "") -> str:
    if at is None:
        return f"  ○ {todo}"
    milliseconds = (at - start).total_seconds() * 1000
    return f"  ● {at:%H:%M:%S.%f} +{milliseconds:.0f} ms  {done}"
