-- Statements of healing. The row locks keep a writer of the same key out until the message stands.

-- name: tenders_seen
SELECT tender_id AS key, seen_revision FROM tender WHERE tender_id = ANY(:keys::text[]);

-- name: put_tenders_seen!
UPDATE tender SET seen_revision = told.revision
FROM unnest(:keys::text[], :revisions::bigint[]) AS told (key, revision)
WHERE tender.tender_id = told.key AND tender.seen_revision < told.revision;

-- name: tender_state^
SELECT state::text AS state FROM tender WHERE tender_id = :key FOR UPDATE;

-- name: suppliers_seen
SELECT supplier_id AS key, seen_revision FROM supplier WHERE supplier_id = ANY(:keys::text[]);

-- name: put_suppliers_seen!
UPDATE supplier SET seen_revision = told.revision
FROM unnest(:keys::text[], :revisions::bigint[]) AS told (key, revision)
WHERE supplier.supplier_id = told.key AND supplier.seen_revision < told.revision;

-- name: supplier_state^
SELECT profile::text AS state FROM supplier WHERE supplier_id = :key FOR UPDATE;

-- name: contacts_seen
SELECT recipient_id AS key, seen_revision FROM contact WHERE recipient_id = ANY(:keys::text[]);

-- name: put_contacts_seen!
UPDATE contact SET seen_revision = told.revision
FROM unnest(:keys::text[], :revisions::bigint[]) AS told (key, revision)
WHERE contact.recipient_id = told.key AND contact.seen_revision < told.revision;

-- name: contact_state^
SELECT state::text AS state FROM contact WHERE recipient_id = :key FOR UPDATE;
