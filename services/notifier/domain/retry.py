"""How long to wait before a mail is offered again."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


def next_try(attempt: int, now: datetime) -> datetime:
    """When to try again after `attempt` temporary refusals (1 and up): 5 s, 10 s, 20 s ... 1 h."""
    wait: timedelta = FIRST_WAIT * 2 ** min(attempt - 1, 20)
    return now + min(wait, LONGEST_WAIT)


def too_old(created_at: datetime, patience: timedelta, now: datetime) -> bool:
    """Has the mail been tried for longer than we try?"""
    return now - created_at > patience
