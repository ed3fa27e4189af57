"""The failpoints of each service, as they stand in the code."""

POINTS: dict[str, dict[str, int]] = {
    "intake": {
        "intake.before_commit": 12,
        "intake.after_commit": 12,
        "trail.before_commit": 10,
        "trail.after_commit": 10,
        "relay.before_commit": 6,
        "relay.after_commit": 6,
    },
    "matcher": {
        "router.before_commit": 6,
        "router.after_commit": 6,
        "shard.before_publish": 20,
        "shard.after_publish": 20,
    },
    "notifier": {
        "notifier.inbox.before_commit": 8,
        "notifier.inbox.after_commit": 8,
        "notifier.planner.before_commit": 4,
        "notifier.sender.after_lease": 4,
        "notifier.sender.after_rcpt": 12,
        "notifier.sender.after_handing_over": 12,
        "notifier.sender.after_data": 12,
        "notifier.sender.after_sent": 12,
        "relay.before_commit": 4,
        "relay.after_commit": 4,
    },
}
"""Service -> failpoint -> the latest pass at which to die (the first is 1)."""

SELDOM = frozenset({"healing.before_commit", "healing.after_commit"})
"""Passed only when an older revision was published behind a newer one."""
