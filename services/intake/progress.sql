-- What the other services have told, and what follows from it.

-- name: put_matched!
INSERT INTO shard_matched (tender_id, revision, shard, tenant_id, matches, matched_at)
SELECT DISTINCT ON (told.tender_id, told.revision, told.shard)
    told.tender_id, told.revision, told.shard, t.tenant_id, told.matches, told.at
FROM unnest(:tender_ids::text[], :revisions::bigint[], :shards::smallint[], :matches::bigint[],
    :ats::timestamptz[]) AS told (tender_id, revision, shard, matches, at)
JOIN tender t ON t.tender_id = told.tender_id
ORDER BY told.tender_id, told.revision, told.shard, told.at DESC
ON CONFLICT (tender_id, revision, shard) DO UPDATE
SET matches = excluded.matches, matched_at = excluded.matched_at
WHERE shard_matched.matched_at <= excluded.matched_at;

-- name: put_settled!
INSERT INTO settled (tender_id, revision, tenant_id, sent, suppressed, unknown, queued, told_at)
SELECT DISTINCT ON (told.tender_id, told.revision)
    told.tender_id, told.revision, t.tenant_id, told.sent, told.suppressed, told.unknown,
    told.queued, told.at
FROM unnest(:tender_ids::text[], :revisions::bigint[], :sents::bigint[], :suppresseds::bigint[],
    :unknowns::bigint[], :queueds::bigint[], :ats::timestamptz[], :places::bigint[])
    AS told (tender_id, revision, sent, suppressed, unknown, queued, at, place)
JOIN tender t ON t.tender_id = told.tender_id
ORDER BY told.tender_id, told.revision, told.at DESC, told.place DESC
ON CONFLICT (tender_id, revision) DO UPDATE
SET sent = excluded.sent, suppressed = excluded.suppressed, unknown = excluded.unknown,
    queued = excluded.queued, told_at = excluded.told_at
WHERE settled.told_at <= excluded.told_at;

-- name: settle!
-- A revision has its outcome when every shard has matched it and each match has come to something.
UPDATE tender_revision r
SET settled_at = CASE WHEN ended.yes THEN coalesce(r.settled_at, :at::timestamptz) END
FROM (
    SELECT now_is.tender_id, now_is.revision,
        count(m.shard) >= :shards AND (
            coalesce(sum(m.matches), 0) = 0
            OR coalesce(min(s.queued) = 0
                AND min(s.sent + s.suppressed + s.unknown) >= sum(m.matches), false)
        ) AND coalesce(min(s.queued), 0) = 0 AS yes
    FROM tender now_is
    LEFT JOIN shard_matched m USING (tender_id, revision)
    LEFT JOIN settled s USING (tender_id, revision)
    WHERE now_is.tender_id = ANY(:tender_ids::text[])
    GROUP BY now_is.tender_id, now_is.revision
) ended
WHERE r.tender_id = ended.tender_id AND r.revision = ended.revision
    AND (r.settled_at IS NOT NULL) <> ended.yes;

-- name: unsettled$
SELECT count(*) FROM tender_revision WHERE settled_at IS NULL;

-- name: oldest_unsettled$
SELECT min(accepted_at) FROM tender_revision WHERE settled_at IS NULL;

-- name: put_notification!
INSERT INTO notification (tender_id, recipient_id, purpose, occurrence, tenant_id, revision,
    outcome, reason, mail_id, smtp_code, queued_at, handed_over_at, told_at)
SELECT :tender_id, :recipient_id, :purpose, :occurrence, t.tenant_id, :revision,
    :outcome, :reason, :mail_id, :smtp_code, :queued_at, :handed_over_at, :at
FROM tender t WHERE t.tender_id = :tender_id
ON CONFLICT (tender_id, recipient_id, purpose, occurrence) DO UPDATE
SET revision = excluded.revision, outcome = excluded.outcome, reason = excluded.reason,
    mail_id = excluded.mail_id, smtp_code = excluded.smtp_code, queued_at = excluded.queued_at,
    handed_over_at = excluded.handed_over_at, told_at = excluded.told_at
WHERE notification.told_at <= excluded.told_at;

-- name: add_feedback^
-- Nothing is given back for feedback that is known already.
INSERT INTO feedback (feedback_id, tenant_id, recipient_id, kind, tender_id, given_at)
SELECT :feedback_id, c.tenant_id, c.recipient_id, :kind, :tender_id, :at
FROM contact c WHERE c.recipient_id = :recipient_id
ON CONFLICT (feedback_id) DO NOTHING RETURNING feedback_id;

-- name: trail_of_revisions
SELECT r.revision, r.status, r.kind, r.source, r.accepted_at, r.settled_at,
    p.published_at, p.kafka_partition, p.kafka_offset, o.parked_at, o.parked_reason,
    s.sent, s.suppressed, s.unknown, s.queued, s.told_at
FROM tender_revision r
LEFT JOIN published p USING (message_id)
LEFT JOIN outbox o USING (message_id)
LEFT JOIN settled s ON s.tender_id = r.tender_id AND s.revision = r.revision
WHERE r.tenant_id = :tenant_id AND r.tender_id = :tender_id
ORDER BY r.revision;

-- name: trail_of_shards
SELECT revision, shard, matches, matched_at FROM shard_matched
WHERE tenant_id = :tenant_id AND tender_id = :tender_id ORDER BY revision, shard;

-- name: trail_of_mails
SELECT revision, purpose, occurrence, outcome, reason, mail_id, smtp_code, queued_at,
    handed_over_at, told_at
FROM notification WHERE tenant_id = :tenant_id AND tender_id = :tender_id
ORDER BY revision, queued_at, told_at LIMIT :most;
