-- Intake's schema as it stands after all migrations; a test holds that they agree.
-- Identifiers are text: they come from contracts. Instants are the injected clock's, never now().
-- Every row carries its tenant, those of the outbox too (its two tables stand in shared/outbox.py).

CREATE TABLE tenant (
    tenant_id text PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- Keys are random, so a plain SHA-256 is enough; the key itself is shown once and never stored.
CREATE TABLE api_key (
    prefix text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant (tenant_id),
    hash bytea NOT NULL,
    scopes text[] NOT NULL,
    label text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);

-- What was taken in, byte for byte and as read. Also the aliases: (notice id, version) -> tender.
CREATE TABLE notice (
    tenant_id text NOT NULL,
    system text NOT NULL,
    notice_id text NOT NULL,
    version text NOT NULL,
    tender_id text NOT NULL,
    sha256 text NOT NULL,
    raw bytea NOT NULL,
    content jsonb NOT NULL,
    dispatched_at timestamptz NOT NULL,
    kind text NOT NULL,
    procedure_id text,
    change_reason text,
    refers_to jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, system, notice_id, version)
);
CREATE INDEX notice_tender ON notice (tender_id);

-- The fold of a tender's notices, as last published.
CREATE TABLE tender (
    tender_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    revision bigint NOT NULL,
    state jsonb NOT NULL,
    seen_revision bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL
);

-- The trail of each revision: the request that made it, its message, and whether all is said about it.
CREATE TABLE tender_revision (
    tender_id text NOT NULL,
    revision bigint NOT NULL,
    tenant_id text NOT NULL,
    status text NOT NULL,
    kind text NOT NULL,
    source jsonb NOT NULL,
    accepted_at timestamptz NOT NULL,
    message_id uuid NOT NULL,
    settled_at timestamptz,
    PRIMARY KEY (tender_id, revision)
);
CREATE INDEX tender_revision_open ON tender_revision (tenant_id) WHERE settled_at IS NULL;

-- Profile as published, and beside it what no topic carries.
CREATE TABLE supplier (
    supplier_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    revision bigint NOT NULL,
    profile jsonb NOT NULL,
    name text NOT NULL,
    organisation_number text,
    seen_revision bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL
);

CREATE TABLE contact (
    recipient_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    supplier_id text NOT NULL REFERENCES supplier (supplier_id),
    revision bigint NOT NULL,
    state jsonb NOT NULL,
    seen_revision bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL
);
CREATE INDEX contact_supplier ON contact (supplier_id);

-- A transactional mail asked for; its link works once.
CREATE TABLE mail_request (
    request_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    recipient_id text NOT NULL REFERENCES contact (recipient_id),
    kind text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz
);
CREATE INDEX mail_request_recipient ON mail_request (recipient_id);

-- The answer that a repeated request gets again.
CREATE TABLE idempotency_key (
    tenant_id text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

-- progress.v1: one shard is done with one tender revision.
CREATE TABLE shard_matched (
    tender_id text NOT NULL,
    revision bigint NOT NULL,
    shard smallint NOT NULL,
    tenant_id text NOT NULL,
    matches bigint NOT NULL,
    matched_at timestamptz NOT NULL,
    PRIMARY KEY (tender_id, revision, shard)
);

-- progress.v1: what became of a revision's matches, so far.
CREATE TABLE settled (
    tender_id text NOT NULL,
    revision bigint NOT NULL,
    tenant_id text NOT NULL,
    sent bigint NOT NULL,
    suppressed bigint NOT NULL,
    unknown bigint NOT NULL,
    queued bigint NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (tender_id, revision)
);

-- notifications.v1: the newest about each ledger row.
CREATE TABLE notification (
    tender_id text NOT NULL,
    recipient_id text NOT NULL,
    purpose text NOT NULL,
    occurrence text NOT NULL,
    tenant_id text NOT NULL,
    revision bigint NOT NULL,
    outcome text NOT NULL,
    reason text,
    mail_id text,
    smtp_code bigint,
    queued_at timestamptz NOT NULL,
    handed_over_at timestamptz,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (tender_id, recipient_id, purpose, occurrence)
);

-- feedback.v1: each answer once.
CREATE TABLE feedback (
    feedback_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    recipient_id text NOT NULL,
    kind text NOT NULL,
    tender_id text,
    given_at timestamptz NOT NULL
);
