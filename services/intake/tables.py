"""The tables of suppliers and their contacts, and what every transaction has at hand."""

from datetime import datetime
from pathlib import Path
from typing import Any

from shared.contracts.supplier import Contact, Supplier
from shared.db import Connection, load_queries

SQL: Any = load_queries(Path(__file__).with_name("queries.sql"))


class SupplierTables:
    """What one transaction reads and writes of one tenant at one instant."""

    def __init__(self, connection: Connection, tenant_id: str, at: datetime) -> None:
        self.connection = connection
        self.tenant_id = tenant_id
        self.at = at

    async def supplier(self, supplier_id: str) -> tuple[Supplier, str, str | None] | None:
        """Profile, name, organisation number."""
        row = await SQL.supplier(self.connection, tenant_id=self.tenant_id, supplier_id=supplier_id)
        if row is None:
            return None
        profile = Supplier.model_validate_json(row["profile"])
        return profile, row["name"], row["organisation_number"]

    async def put_supplier(self, supplier: Supplier, name: str, number: str | None) -> None:
        await SQL.put_supplier(
            self.connection,
            supplier_id=supplier.supplier_id,
            tenant_id=self.tenant_id,
            revision=supplier.revision,
            profile=supplier.model_dump_json(),
            name=name,
            organisation_number=number,
            at=self.at,
        )

    async def contact_of_supplier(self, supplier_id: str) -> Contact | None:
        row = await SQL.contact_of_supplier(
            self.connection, tenant_id=self.tenant_id, supplier_id=supplier_id
        )
        return Contact.model_validate_json(row["state"]) if row else None

    async def contact(self, recipient_id: str) -> Contact | None:
        """The contact, its row locked."""
        row = await SQL.contact(self.connection, recipient_id=recipient_id)
        return Contact.model_validate_json(row["state"]) if row else None

    async def put_contact(self, contact: Contact) -> None:
        await SQL.put_contact(
            self.connection,
            recipient_id=contact.recipient_id,
            tenant_id=contact.tenant_id,
            supplier_id=contact.supplier_id,
            revision=contact.revision,
            state=contact.model_dump_json(),
            at=self.at,
        )

    async def add_mail_request(
        self, request_id: str, recipient_id: str, kind: str, expires_at: datetime
    ) -> None:
        await SQL.add_mail_request(
            self.connection,
            request_id=request_id,
            tenant_id=self.tenant_id,
            recipient_id=recipient_id,
            kind=kind,
            at=self.at,
            expires_at=expires_at,
        )

    async def consume_mail_request(self, request_id: str, recipient_id: str, kind: str) -> bool:
        """True once, for a request that is ours and has not expired."""
        row = await SQL.consume_mail_request(
            self.connection, request_id=request_id, recipient_id=recipient_id, kind=kind, at=self.at
        )
        return row is not None

    async def void_mail_requests(self, recipient_id: str) -> None:
        await SQL.void_mail_requests(self.connection, recipient_id=recipient_id, at=self.at)

    async def was_consumed(self, request_id: str, recipient_id: str) -> bool:
        row = await SQL.consumed_mail_request(
            self.connection, request_id=request_id, recipient_id=recipient_id
        )
        return row is not None

    async def has_mail_request(self, recipient_id: str) -> bool:
        """Whether a link is out that can still confirm the address."""
        row = await SQL.open_mail_request(self.connection, recipient_id=recipient_id, at=self.at)
        return row is not None
