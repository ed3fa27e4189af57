-- Statements of intake, by name. Instants are parameters: the clock is injected.

-- name: lock!
-- Held until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(:name, 0));

-- name: add_tenant!
INSERT INTO tenant (tenant_id, created_at) VALUES (:tenant_id, :at) ON CONFLICT DO NOTHING;

-- name: add_api_key!
INSERT INTO api_key (prefix, tenant_id, hash, scopes, label, created_at)
VALUES (:prefix, :tenant_id, :hash, :scopes, :label, :at)
ON CONFLICT (prefix) DO NOTHING;

-- name: api_key^
SELECT tenant_id, hash, scopes FROM api_key WHERE prefix = :prefix AND revoked_at IS NULL;

-- name: versions_held
SELECT version, sha256, tender_id FROM notice
WHERE tenant_id = :tenant_id AND system = :system AND notice_id = :notice_id;

-- name: add_notice!
INSERT INTO notice (tenant_id, system, notice_id, version, tender_id, sha256, raw, content,
    dispatched_at, kind, procedure_id, change_reason, refers_to, received_at)
VALUES (:tenant_id, :system, :notice_id, :version, :tender_id, :sha256, :raw, :content,
    :dispatched_at, :kind, :procedure_id, :change_reason, :refers_to, :at);

-- name: notices_of
SELECT content::text AS content, notice_id, version, dispatched_at, kind, sha256, procedure_id,
    change_reason, refers_to
FROM notice WHERE tenant_id = :tenant_id AND tender_id = :tender_id;

-- name: tender_of_notice^
-- Other versions of one notice are in the same tender; the version asked for comes first.
SELECT tender_id FROM notice
WHERE tenant_id = :tenant_id AND system = :system AND notice_id = :notice_id
ORDER BY version IS NOT DISTINCT FROM :version DESC, received_at DESC, version DESC LIMIT 1;

-- name: count_notices$
SELECT count(*) FROM notice WHERE tenant_id = :tenant_id AND tender_id = :tender_id;

-- name: move_notices!
UPDATE notice SET tender_id = :into WHERE tenant_id = :tenant_id AND tender_id = :tender_id;

-- name: tender^
SELECT state::text AS state, revision FROM tender
WHERE tenant_id = :tenant_id AND tender_id = :tender_id;

-- name: put_tender!
INSERT INTO tender (tender_id, tenant_id, revision, state, updated_at)
VALUES (:tender_id, :tenant_id, :revision, :state, :at)
ON CONFLICT (tender_id) DO UPDATE
SET revision = excluded.revision, state = excluded.state, updated_at = excluded.updated_at;

-- name: supersede_revisions!
-- A newer revision says all that is left to say about the older ones.
UPDATE tender_revision SET settled_at = :at
WHERE tender_id = :tender_id AND settled_at IS NULL;

-- name: add_revision!
INSERT INTO tender_revision
    (tender_id, revision, tenant_id, status, kind, source, accepted_at, message_id)
VALUES (:tender_id, :revision, :tenant_id, :status, :kind, :source, :at, :message_id);

-- name: newest_tenders
SELECT state::text AS state FROM tender
WHERE tenant_id = :tenant_id AND state ->> 'kind' = ANY(:kinds)
    AND state ->> 'status' = ANY(:statuses)
ORDER BY updated_at DESC LIMIT :most;

-- name: supplier^
SELECT profile::text AS profile, revision, name, organisation_number FROM supplier
WHERE tenant_id = :tenant_id AND supplier_id = :supplier_id;

-- name: put_supplier!
INSERT INTO supplier
    (supplier_id, tenant_id, revision, profile, name, organisation_number, updated_at)
VALUES (:supplier_id, :tenant_id, :revision, :profile, :name, :organisation_number, :at)
ON CONFLICT (supplier_id) DO UPDATE
SET revision = excluded.revision, profile = excluded.profile, name = excluded.name,
    organisation_number = excluded.organisation_number, updated_at = excluded.updated_at;

-- name: contact_of_supplier^
SELECT state::text AS state FROM contact
WHERE tenant_id = :tenant_id AND supplier_id = :supplier_id ORDER BY recipient_id LIMIT 1;

-- name: contact^
SELECT state::text AS state FROM contact WHERE recipient_id = :recipient_id FOR UPDATE;

-- name: put_contact!
INSERT INTO contact (recipient_id, tenant_id, supplier_id, revision, state, updated_at)
VALUES (:recipient_id, :tenant_id, :supplier_id, :revision, :state, :at)
ON CONFLICT (recipient_id) DO UPDATE
SET revision = excluded.revision, state = excluded.state, updated_at = excluded.updated_at;

-- name: add_mail_request!
INSERT INTO mail_request (request_id, tenant_id, recipient_id, kind, created_at, expires_at)
VALUES (:request_id, :tenant_id, :recipient_id, :kind, :at, :expires_at);

-- name: consume_mail_request^
UPDATE mail_request SET consumed_at = :at
WHERE request_id = :request_id AND recipient_id = :recipient_id AND kind = :kind
    AND consumed_at IS NULL AND expires_at > :at
RETURNING recipient_id;

-- name: consumed_mail_request^
SELECT request_id FROM mail_request
WHERE request_id = :request_id AND recipient_id = :recipient_id AND consumed_at IS NOT NULL;

-- name: open_mail_request^
SELECT request_id FROM mail_request
WHERE recipient_id = :recipient_id AND consumed_at IS NULL AND expires_at > :at LIMIT 1;

-- name: void_mail_requests!
-- A link to an address that was replaced must not confirm the new one.
UPDATE mail_request SET consumed_at = :at WHERE recipient_id = :recipient_id AND consumed_at IS NULL;

-- name: claim_key^
-- Waits for a request with the same key that is under way.
INSERT INTO idempotency_key (tenant_id, key, fingerprint, created_at)
VALUES (:tenant_id, :key, :fingerprint, :at)
ON CONFLICT DO NOTHING RETURNING key;

-- name: answer_of_key^
SELECT fingerprint, answer FROM idempotency_key WHERE tenant_id = :tenant_id AND key = :key;

-- name: keep_answer!
UPDATE idempotency_key SET answer = :answer WHERE tenant_id = :tenant_id AND key = :key;

-- name: forget_keys!
DELETE FROM idempotency_key WHERE created_at < :before;
