"""Tenders, contacts, matches, the ledger and its mails."""

from alembic import op

from shared.outbox import OUTBOX_DDL

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = """
CREATE TABLE inbox (
    topic text NOT NULL,
    kafka_partition integer NOT NULL,
    kafka_offset bigint NOT NULL,
    event_id text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (topic, kafka_partition, kafka_offset)
);
CREATE INDEX inbox_received_at ON inbox (received_at);

CREATE TABLE tender (
    tender_id text PRIMARY KEY,
    revision bigint NOT NULL,
    gone boolean NOT NULL,
    body jsonb,
    received_at timestamptz NOT NULL
);

CREATE TABLE contact (
    recipient_id text PRIMARY KEY,
    supplier_id text NOT NULL,
    revision bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'inactive', 'erased')),
    consented_at timestamptz,
    confirmed_at timestamptz,
    body jsonb,
    received_at timestamptz NOT NULL
);
CREATE INDEX contact_supplier ON contact (supplier_id);

CREATE TABLE suppression (
    recipient_id text PRIMARY KEY,
    since timestamptz NOT NULL,
    reason text NOT NULL
);

CREATE TABLE current_match (
    tender_id text NOT NULL,
    supplier_id text NOT NULL,
    tenant_id text NOT NULL,
    tender_revision bigint NOT NULL,
    supplier_revision bigint NOT NULL,
    verdict text NOT NULL,
    body jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tender_id, supplier_id)
);
CREATE INDEX current_match_supplier ON current_match (supplier_id);

CREATE TABLE mail_request (
    request_id text PRIMARY KEY,
    recipient_id text NOT NULL,
    kind text NOT NULL,
    language text NOT NULL,
    expires_at timestamptz NOT NULL,
    requested_at timestamptz NOT NULL,
    contact_revision bigint NOT NULL,
    mail_id uuid
);
CREATE INDEX mail_request_waiting ON mail_request (recipient_id) WHERE mail_id IS NULL;

CREATE TABLE mail (
    mail_id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('tender', 'confirm')),
    recipient_id text NOT NULL,
    message_id text NOT NULL UNIQUE,
    priority smallint NOT NULL,
    state text NOT NULL CHECK (state IN
        ('queued', 'leased', 'handing_over', 'sent', 'unknown', 'failed', 'cancelled')),
    created_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    fence bigint,
    owner integer,
    handing_over_at timestamptz,
    orphaned_at timestamptz,
    settled_at timestamptz,
    smtp_code integer,
    reason text
);
CREATE INDEX mail_due ON mail (priority, not_before, mail_id)
    WHERE state IN ('queued', 'leased');
CREATE INDEX mail_handing_over ON mail (handing_over_at) WHERE state = 'handing_over';
CREATE SEQUENCE mail_fence;
CREATE SEQUENCE sender_owner AS integer CYCLE;

CREATE TABLE ledger (
    tender_id text NOT NULL,
    recipient_id text NOT NULL,
    purpose text NOT NULL,
    occurrence text NOT NULL,
    tenant_id text NOT NULL,
    supplier_id text NOT NULL,
    tender_revision bigint NOT NULL,
    supplier_revision bigint NOT NULL,
    state text NOT NULL CHECK (state IN
        ('queued', 'handing_over', 'sent', 'unknown', 'bounced', 'suppressed')),
    reason text,
    mail_id uuid REFERENCES mail (mail_id),
    queued_at timestamptz NOT NULL,
    settled_at timestamptz,
    PRIMARY KEY (tender_id, recipient_id, purpose, occurrence)
);
CREATE INDEX ledger_pair ON ledger (supplier_id, tender_id);
CREATE INDEX ledger_mail ON ledger (mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX ledger_waiting ON ledger (queued_at) WHERE state = 'queued' AND mail_id IS NULL;
CREATE INDEX ledger_queued ON ledger (recipient_id) WHERE state = 'queued';

CREATE TABLE touched (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tender_id text NOT NULL
);

-- What keeps a contact from being mailed; NULL where nothing does.
-- A suppression yields only to a consent that was given after it.
CREATE VIEW recipient AS
SELECT c.recipient_id, c.supplier_id, c.revision, c.body ->> 'tenant_id' AS tenant_id,
    CASE
        WHEN c.status <> 'active' THEN c.status
        WHEN s.since >= coalesce(c.consented_at, '-infinity') THEN s.reason
        WHEN c.confirmed_at IS NULL THEN 'unconfirmed'
    END AS barrier
FROM contact c
LEFT JOIN suppression s ON s.recipient_id = c.recipient_id;
"""


def upgrade() -> None:
    op.execute(SQL)
    op.execute(OUTBOX_DDL)
