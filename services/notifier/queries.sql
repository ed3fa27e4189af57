-- The notifier's statements, by name. Instants are parameters: SQL never asks what time it is.

-- Inbox -----------------------------------------------------------------------------------------

-- name: lock_state$
-- One writer of tenders, contacts, matches and suppressions at a time: each sees what the one
-- before has committed, so that no two that depend on each other can miss each other.
SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.state'));

-- name: take_events
-- Remember events; gives the offsets of those that are new. A topic made anew reuses offsets for
-- other events, which are new as well.
INSERT INTO inbox (topic, kafka_partition, kafka_offset, event_id, received_at)
SELECT :topic::text, :partition::integer, e.kafka_offset, e.event_id, :at::timestamptz
FROM unnest(:offsets::bigint[], :event_ids::text[]) AS e (kafka_offset, event_id)
ON CONFLICT (topic, kafka_partition, kafka_offset) DO UPDATE
    SET event_id = excluded.event_id, received_at = excluded.received_at
    WHERE inbox.event_id <> excluded.event_id
RETURNING kafka_offset;

-- name: forget_events!
DELETE FROM inbox WHERE received_at < :before;

-- name: keep_tenders
-- The newest revision wins; a tender that is gone stays gone.
INSERT INTO tender (tender_id, revision, gone, body, received_at)
SELECT n.*, :at::timestamptz
FROM unnest(:ids::text[], :revisions::bigint[], :gone::boolean[], :bodies::jsonb[])
    AS n (tender_id, revision, gone, body)
ON CONFLICT (tender_id) DO UPDATE SET
    revision = greatest(tender.revision, excluded.revision),
    gone = excluded.gone, body = excluded.body, received_at = excluded.received_at
    WHERE NOT tender.gone AND (excluded.gone OR excluded.revision > tender.revision)
RETURNING tender_id;

-- name: keep_contacts
-- The newest revision wins; an erased contact stays erased.
INSERT INTO contact (recipient_id, supplier_id, revision, status, consented_at, confirmed_at, body,
    received_at)
SELECT n.*, :at::timestamptz
FROM unnest(:ids::text[], :suppliers::text[], :revisions::bigint[], :statuses::text[],
    :consented::timestamptz[], :confirmed::timestamptz[], :bodies::jsonb[])
    AS n (recipient_id, supplier_id, revision, status, consented_at, confirmed_at, body)
ON CONFLICT (recipient_id) DO UPDATE SET
    supplier_id = coalesce(nullif(excluded.supplier_id, ''), contact.supplier_id),
    revision = greatest(contact.revision, excluded.revision),
    status = excluded.status, consented_at = excluded.consented_at,
    confirmed_at = excluded.confirmed_at, body = excluded.body, received_at = excluded.received_at
    WHERE contact.status <> 'erased'
        AND (excluded.status = 'erased' OR excluded.revision > contact.revision)
RETURNING recipient_id, supplier_id;

-- name: keep_matches
-- The newest pair of revisions wins.
INSERT INTO current_match (tender_id, supplier_id, tenant_id, tender_revision, supplier_revision,
    verdict, body, received_at)
SELECT n.*, :at::timestamptz
FROM unnest(:tenders::text[], :suppliers::text[], :tenants::text[], :tender_revisions::bigint[],
    :supplier_revisions::bigint[], :verdicts::text[], :bodies::jsonb[])
    AS n (tender_id, supplier_id, tenant_id, tender_revision, supplier_revision, verdict, body)
ON CONFLICT (tender_id, supplier_id) DO UPDATE SET
    tender_revision = excluded.tender_revision, supplier_revision = excluded.supplier_revision,
    verdict = excluded.verdict, body = excluded.body, received_at = excluded.received_at
    WHERE (excluded.tender_revision, excluded.supplier_revision)
        > (current_match.tender_revision, current_match.supplier_revision)
RETURNING tender_id, supplier_id;

-- name: keep_requests
INSERT INTO mail_request
    (request_id, recipient_id, kind, language, expires_at, contact_revision, requested_at)
SELECT n.*, :at::timestamptz
FROM unnest(:ids::text[], :recipients::text[], :kinds::text[], :languages::text[],
    :expiries::timestamptz[], :contact_revisions::bigint[])
    AS n (request_id, recipient_id, kind, language, expires_at, contact_revision)
ON CONFLICT (request_id) DO NOTHING
RETURNING recipient_id;

-- name: requests_ready
-- Requests without a mail whose recipient is known as it was when they were made: an older contact
-- may have another address, or no consent.
SELECT r.request_id, r.recipient_id
FROM mail_request r
JOIN contact c USING (recipient_id)
WHERE r.recipient_id = ANY(:recipients::text[]) AND r.mail_id IS NULL
    AND c.revision >= r.contact_revision;

-- name: attach_requests!
UPDATE mail_request r SET mail_id = n.mail_id
FROM unnest(:request_ids::text[], :mail_ids::uuid[]) AS n (request_id, mail_id)
WHERE r.request_id = n.request_id;

-- Ledger ----------------------------------------------------------------------------------------

-- name: pairs_of_tenders
SELECT tender_id, supplier_id FROM current_match WHERE tender_id = ANY(:tenders::text[]);

-- name: pairs_of_suppliers
SELECT tender_id, supplier_id FROM current_match WHERE supplier_id = ANY(:suppliers::text[]);

-- name: queue_due!
-- A row for each recipient of each pair whose match, tender revision and consent are there. A row
-- that is still queued gets the newer revisions; one that was suppressed comes back if what stood
-- in the way has gone, or if the match is another. What was handed over is never touched.
INSERT INTO ledger (tender_id, recipient_id, purpose, occurrence, tenant_id, supplier_id,
    tender_revision, supplier_revision, state, queued_at)
SELECT m.tender_id, r.recipient_id, 'match', '0', m.tenant_id, m.supplier_id,
    m.tender_revision, m.supplier_revision, 'queued', :at::timestamptz
FROM unnest(:tenders::text[], :suppliers::text[]) AS p (tender_id, supplier_id)
JOIN current_match m USING (tender_id, supplier_id)
JOIN tender t ON t.tender_id = m.tender_id AND t.revision = m.tender_revision AND NOT t.gone
JOIN recipient r ON r.supplier_id = m.supplier_id AND r.barrier IS NULL
WHERE m.verdict <> 'withdrawn'
ON CONFLICT (tender_id, recipient_id, purpose, occurrence) DO UPDATE SET
    state = 'queued', reason = NULL, settled_at = NULL,
    tender_revision = excluded.tender_revision, supplier_revision = excluded.supplier_revision
    WHERE (ledger.state = 'suppressed' AND ledger.reason IN
            ('withdrawn', 'inactive', 'unsubscribed', 'unconfirmed'))
        OR (ledger.state IN ('queued', 'suppressed')
            AND (ledger.tender_revision, ledger.supplier_revision)
                <> (excluded.tender_revision, excluded.supplier_revision));

-- name: withdraw_not_due
-- Queued rows of these pairs that must not be mailed any more, with the reason.
UPDATE ledger l SET state = 'suppressed', reason = n.reason, mail_id = NULL, settled_at = :at
FROM (
    SELECT q.tender_id, q.recipient_id,
        CASE
            WHEN t.gone THEN 'gone'
            WHEN m.verdict = 'withdrawn' THEN 'withdrawn'
            ELSE r.barrier
        END AS reason
    FROM unnest(:tenders::text[], :suppliers::text[]) AS p (tender_id, supplier_id)
    JOIN ledger q ON q.tender_id = p.tender_id AND q.supplier_id = p.supplier_id
    JOIN current_match m ON m.tender_id = q.tender_id AND m.supplier_id = q.supplier_id
    LEFT JOIN tender t ON t.tender_id = q.tender_id
    LEFT JOIN recipient r ON r.recipient_id = q.recipient_id
    WHERE q.state = 'queued' AND q.purpose = 'match'
) AS n
WHERE n.reason IS NOT NULL AND l.tender_id = n.tender_id AND l.recipient_id = n.recipient_id
    AND l.purpose = 'match' AND l.state = 'queued'
RETURNING l.*;

-- name: suppress_recipient
-- Every queued row of a recipient, whatever its purpose.
UPDATE ledger SET state = 'suppressed', reason = :reason, mail_id = NULL, settled_at = :at
WHERE recipient_id = :recipient_id AND state = 'queued'
RETURNING *;

-- name: suppress_rows
-- Queued rows that a mail carries and that are not to be mailed.
UPDATE ledger SET state = 'suppressed', reason = :reason, mail_id = NULL, settled_at = :at
WHERE mail_id = :mail_id AND state = 'queued'
RETURNING *;

-- name: thaw_rows!
-- Queued rows leave their mail and wait for the planner, e.g. until a newer match has come.
UPDATE ledger SET mail_id = NULL WHERE mail_id = :mail_id AND state = 'queued';

-- name: suppress_since
-- Gives a row if that changed anything.
INSERT INTO suppression (recipient_id, since, reason) VALUES (:recipient_id, :at, :reason)
ON CONFLICT (recipient_id) DO UPDATE SET since = excluded.since, reason = excluded.reason
    WHERE excluded.since > suppression.since
RETURNING recipient_id;

-- name: recipient_barrier^
SELECT tenant_id, supplier_id, barrier FROM recipient WHERE recipient_id = :recipient_id;

-- Planner ---------------------------------------------------------------------------------------

-- name: rows_to_plan
-- Queued rows without a mail whose match is of the tender's present revision; oldest first.
SELECT l.tender_id, l.recipient_id, l.purpose, l.occurrence
FROM ledger l
JOIN tender t ON t.tender_id = l.tender_id AND t.revision = l.tender_revision
WHERE l.state = 'queued' AND l.mail_id IS NULL
ORDER BY l.queued_at
LIMIT :most
FOR UPDATE OF l SKIP LOCKED;

-- name: add_mails!
-- A mail that was cancelled for want of content comes back when it has some again.
INSERT INTO mail (mail_id, kind, recipient_id, message_id, priority, state, created_at, not_before)
SELECT n.mail_id, :kind::text, n.recipient_id, n.message_id, :priority::smallint, 'queued',
    :at::timestamptz, :at::timestamptz
FROM unnest(:mail_ids::uuid[], :recipients::text[], :message_ids::text[])
    AS n (mail_id, recipient_id, message_id)
ON CONFLICT (mail_id) DO UPDATE SET state = 'queued', created_at = excluded.created_at,
    not_before = excluded.not_before, attempt = 0, reason = NULL, settled_at = NULL
    WHERE mail.state = 'cancelled';

-- name: attach_rows!
UPDATE ledger l SET mail_id = n.mail_id
FROM unnest(:tenders::text[], :recipients::text[], :purposes::text[], :occurrences::text[],
    :mail_ids::uuid[]) AS n (tender_id, recipient_id, purpose, occurrence, mail_id)
WHERE l.tender_id = n.tender_id AND l.recipient_id = n.recipient_id AND l.purpose = n.purpose
    AND l.occurrence = n.occurrence;

-- Sender ----------------------------------------------------------------------------------------

-- name: new_owner$
SELECT nextval('sender_owner')::integer;

-- name: hold_owner$
SELECT pg_advisory_lock(hashtext(current_schema() || '.sender'), :owner::integer);

-- name: lease_mails
-- Mails that are due, or whose lease has ended, each with a new fencing token.
UPDATE mail SET state = 'leased', lease_until = :until, fence = nextval('mail_fence'),
    owner = :owner::integer
WHERE mail_id IN (
    SELECT mail_id FROM mail
    WHERE state IN ('queued', 'leased') AND not_before <= :at
        AND (state = 'queued' OR lease_until <= :at)
    ORDER BY priority, not_before, mail_id
    LIMIT :most
    FOR UPDATE SKIP LOCKED)
RETURNING mail_id, kind, recipient_id, message_id, priority, created_at, attempt, fence;

-- name: mail_rows
-- What these mails carry: ledger rows with their matches, and what the decision needs.
SELECT l.mail_id, l.tender_id, l.purpose, l.occurrence, l.tender_revision, l.supplier_revision,
    t.revision AS held_revision, r.revision AS contact_revision, r.barrier,
    m.body AS match_body, c.body AS contact_body
FROM ledger l
JOIN tender t ON t.tender_id = l.tender_id
JOIN current_match m ON m.tender_id = l.tender_id AND m.supplier_id = l.supplier_id
JOIN recipient r ON r.recipient_id = l.recipient_id
JOIN contact c ON c.recipient_id = l.recipient_id
WHERE l.mail_id = ANY(:mail_ids::uuid[]) AND l.state = 'queued'
ORDER BY l.tender_id, l.purpose, l.occurrence;

-- name: mail_rows_now
-- The same without the bodies, to see whether anything has changed. The rows are locked.
SELECT l.tender_id, l.purpose, l.occurrence, l.tender_revision, l.supplier_revision,
    t.revision AS held_revision, r.revision AS contact_revision, r.barrier
FROM ledger l
JOIN tender t ON t.tender_id = l.tender_id
JOIN recipient r ON r.recipient_id = l.recipient_id
WHERE l.mail_id = :mail_id AND l.state = 'queued'
ORDER BY l.tender_id, l.purpose, l.occurrence
FOR UPDATE OF l;

-- name: tender_bodies
SELECT tender_id, revision, body FROM tender
WHERE tender_id = ANY(:tenders::text[]) AND body IS NOT NULL;

-- name: mail_requests_of
-- What these transactional mails are to say. An unconfirmed address is what they are for.
SELECT q.mail_id, q.request_id, q.recipient_id, q.kind, q.language, q.expires_at,
    r.revision AS contact_revision, nullif(r.barrier, 'unconfirmed') AS barrier,
    c.body AS contact_body
FROM mail_request q
JOIN recipient r USING (recipient_id)
JOIN contact c USING (recipient_id)
WHERE q.mail_id = ANY(:mail_ids::uuid[]);

-- name: mail_request_now^
SELECT r.revision AS contact_revision, nullif(r.barrier, 'unconfirmed') AS barrier
FROM mail_request q JOIN recipient r USING (recipient_id)
WHERE q.mail_id = :mail_id;

-- name: own_mail$
-- Locks a leased mail if the lease is still ours.
SELECT mail_id FROM mail WHERE mail_id = :mail_id AND fence = :fence AND state = 'leased'
FOR UPDATE;

-- name: begin_hand_over!
WITH mine AS (
    UPDATE mail SET state = 'handing_over', handing_over_at = :at, owner = :owner,
        orphaned_at = NULL
    WHERE mail_id = :mail_id)
UPDATE ledger SET state = 'handing_over' WHERE mail_id = :mail_id AND state = 'queued';

-- name: release_mail!
-- A leased mail goes back to the queue, if the lease is still ours.
UPDATE mail SET state = 'queued', not_before = :not_before, attempt = :attempt, reason = :reason,
    lease_until = NULL
WHERE mail_id = :mail_id AND fence = :fence AND state = 'leased';

-- name: cancel_mail!
-- A mail that carries nothing any more.
UPDATE mail SET state = 'cancelled', settled_at = :at, reason = :reason
WHERE mail_id = :mail_id AND state = 'leased'
    AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.mail_id = mail.mail_id AND l.state = 'queued');

-- name: settle_mail^
-- The end of a mail that was leased or being handed over, if nobody else has told it.
UPDATE mail SET state = :state, settled_at = :at, smtp_code = :smtp_code, reason = :reason
WHERE mail_id = :mail_id AND fence = :fence AND state IN ('leased', 'handing_over')
RETURNING handing_over_at;

-- name: settle_rows
UPDATE ledger SET state = :state, settled_at = :at, reason = :reason
WHERE mail_id = :mail_id AND state IN ('queued', 'handing_over')
RETURNING *;

-- name: requeue_mail$
-- A mail that was certainly not accepted is offered again, with its Message-ID.
UPDATE mail SET state = 'queued', not_before = :not_before, attempt = :attempt, reason = :reason,
    lease_until = NULL, owner = NULL, handing_over_at = NULL, orphaned_at = NULL
WHERE mail_id = :mail_id AND fence = :fence AND state = 'handing_over'
RETURNING mail_id;

-- name: requeue_rows
UPDATE ledger SET state = 'queued' WHERE mail_id = :mail_id AND state = 'handing_over'
RETURNING tender_id, supplier_id;

-- Reconciliation --------------------------------------------------------------------------------

-- name: uncertain_mails
-- Mails in the middle of a hand-over whose process is gone (nobody holds its lock any more), or
-- that one of our own workers has given up.
SELECT mail_id, message_id, fence, owner, attempt, handing_over_at, orphaned_at
FROM mail
WHERE state = 'handing_over'
    AND (owner = :owner::integer
        OR pg_try_advisory_xact_lock(hashtext(current_schema() || '.sender'), owner))
ORDER BY handing_over_at
LIMIT :most;

-- name: free_leases!
-- Leases of processes that are gone. Their fencing tokens are worth nothing once leased again.
UPDATE mail SET state = 'queued', lease_until = NULL
WHERE state = 'leased' AND owner <> :owner::integer
    AND pg_try_advisory_xact_lock(hashtext(current_schema() || '.sender'), owner);

-- name: mark_orphaned!
UPDATE mail SET orphaned_at = :at
WHERE mail_id = ANY(:mail_ids::uuid[]) AND state = 'handing_over' AND orphaned_at IS NULL;

-- Progress --------------------------------------------------------------------------------------

-- name: touch_tenders!
INSERT INTO touched (tender_id) SELECT DISTINCT unnest(:tenders::text[]);

-- name: lock_progress$
SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.progress'));

-- name: take_touched
DELETE FROM touched WHERE ordinal IN (SELECT ordinal FROM touched ORDER BY ordinal LIMIT :most)
RETURNING tender_id;

-- name: count_pairs
-- Each pair of tender and supplier once, at the newest revision: what became of it so far.
-- A pair without ledger rows waits for its tender revision, or has nobody who may be mailed.
WITH pair AS (
    SELECT m.tender_id, m.tender_revision, m.tenant_id,
        CASE
            WHEN l.queued > 0 THEN 'queued'
            WHEN l.sent > 0 THEN 'sent'
            WHEN l.unknown > 0 THEN 'unknown'
            WHEN l.rows > 0 OR m.verdict = 'withdrawn' OR t.gone THEN 'suppressed'
            WHEN t.revision IS DISTINCT FROM m.tender_revision THEN 'queued'
            ELSE 'suppressed'
        END AS outcome
    FROM current_match m
    LEFT JOIN tender t ON t.tender_id = m.tender_id
    LEFT JOIN LATERAL (
        SELECT count(*) AS rows,
            count(*) FILTER (WHERE state IN ('queued', 'handing_over')) AS queued,
            count(*) FILTER (WHERE state = 'sent') AS sent,
            count(*) FILTER (WHERE state = 'unknown') AS unknown
        FROM ledger
        WHERE ledger.tender_id = m.tender_id AND ledger.supplier_id = m.supplier_id
            AND ledger.purpose = 'match') AS l ON TRUE
    WHERE m.tender_id = ANY(:tenders::text[])
        AND m.tender_revision >= coalesce(t.revision, 0))
SELECT tender_id, tender_revision, tenant_id,
    count(*) FILTER (WHERE outcome = 'sent') AS sent,
    count(*) FILTER (WHERE outcome = 'suppressed') AS suppressed,
    count(*) FILTER (WHERE outcome = 'unknown') AS unknown,
    count(*) FILTER (WHERE outcome = 'queued') AS queued
FROM pair GROUP BY tender_id, tender_revision, tenant_id
ORDER BY tender_id, tender_revision;

-- name: mail_states
-- For the metrics: how many mails are in each unfinished or uncertain state, and the oldest.
SELECT state, count(*) AS mails, min(created_at) AS oldest
FROM mail WHERE state IN ('queued', 'leased', 'handing_over', 'unknown') GROUP BY state;
