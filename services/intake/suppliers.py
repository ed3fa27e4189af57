"""Suppliers: sign-up, change, confirmation of the address, and unsubscribing."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from services.intake.domain.refusal import RefusalCode, Refused
from services.intake.domain.supplier_input import (
    PrivatePart,
    SupplierInput,
    private_part,
    to_contact,
    to_supplier,
)
from services.intake.store import Transaction
from shared import topics
from shared.contracts.codes import MailRequestKind
from shared.contracts.events import Feedback, MailRequest
from shared.contracts.supplier import Contact, Supplier
from shared.kafka import Message, new_traceparent

CONFIRM_WITHIN = timedelta(days=7)
"""How long a confirmation link works."""


class SupplierReceipt(BaseModel):
    """What became of a sign-up or change. `changed`: the profile has a new revision."""

    model_config = ConfigDict(frozen=True)

    supplier_id: str
    recipient_id: str
    revision: int
    changed: bool


@dataclass(frozen=True)
class SupplierView:
    """A supplier as its own key holder or pages see it."""

    profile: Supplier
    private: PrivatePart
    contact: Contact


async def register(tx: Transaction, given: SupplierInput) -> SupplierReceipt:
    """Publish profile and contact, and ask for the confirmation mail."""
    supplier = to_supplier(given, tx.tenant_id, str(uuid4()), 1)
    contact = to_contact(given, supplier, str(uuid4()), 1, tx.at)
    await _put_supplier(tx, supplier, private_part(given))
    await _put_contact(tx, contact)
    await _ask_to_confirm(tx, contact)
    return _receipt(supplier, contact, changed=True)


async def change(tx: Transaction, supplier_id: str, given: SupplierInput) -> SupplierReceipt:
    """Replace a profile. Only what differs is published. Raises `Refused` if it is not there."""
    await tx.lock(f"supplier\x1f{supplier_id}")
    view = await find(tx, supplier_id)
    supplier = to_supplier(given, tx.tenant_id, supplier_id, view.profile.revision)
    private = private_part(given)
    changed = supplier != view.profile
    if changed:
        supplier = supplier.model_copy(update={"revision": supplier.revision + 1})
        await _put_supplier(tx, supplier, private)
    elif private != view.private:
        await tx.put_supplier(supplier, private.name, private.organisation_number)
    await _change_contact(tx, given, supplier, view.contact.recipient_id)
    return _receipt(supplier, view.contact, changed=changed)


async def _change_contact(
    tx: Transaction, given: SupplierInput, supplier: Supplier, recipient_id: str
) -> None:
    held = await tx.contact(recipient_id)
    assert held is not None, "a supplier has a contact"
    contact = to_contact(given, supplier, recipient_id, held.revision, tx.at, held)
    if contact != held:
        contact = contact.model_copy(update={"revision": held.revision + 1})
        await _put_contact(tx, contact)
    if contact.address != held.address:
        await tx.void_mail_requests(recipient_id)
    confirmed = contact.consent is not None and contact.consent.confirmed_at is not None
    if not confirmed and not await tx.has_mail_request(recipient_id):
        await _ask_to_confirm(tx, contact)


async def find(tx: Transaction, supplier_id: str) -> SupplierView:
    """Raises `Refused` with the same code for unknown and for another tenant's."""
    held = await tx.supplier(supplier_id)
    contact = await tx.contact_of_supplier(supplier_id)
    if held is None or contact is None:
        raise Refused(RefusalCode.UNKNOWN_SUPPLIER, "There is no such supplier")
    profile, name, number = held
    return SupplierView(profile, PrivatePart(name, number), contact)


async def confirm(tx: Transaction, request_id: str, recipient_id: str) -> bool:
    """Record that the address was confirmed. A request works once; pressing again is harmless."""
    contact = await tx.contact(recipient_id)
    if contact is None or contact.consent is None:
        return False
    if not await tx.consume_mail_request(request_id, recipient_id, MailRequestKind.CONFIRM):
        return await tx.was_consumed(request_id, recipient_id) and (
            contact.consent.confirmed_at is not None
        )
    if contact.consent.confirmed_at is None:
        consent = contact.consent.model_copy(update={"confirmed_at": tx.at})
        await _put_contact(tx, _next(contact, consent=consent))
    return True


async def unsubscribe(tx: Transaction, said: Feedback) -> None:
    """Take the consent back, unless it was given after the feedback."""
    contact = await tx.contact(said.recipient_id)
    if contact is None or contact.consent is None or contact.consent.given_at > said.at:
        return
    await tx.void_mail_requests(contact.recipient_id)
    await _put_contact(tx, _next(contact, consent=None))


def _next(contact: Contact, **update: object) -> Contact:
    return contact.model_copy(update={**update, "revision": contact.revision + 1})


async def _put_supplier(tx: Transaction, supplier: Supplier, private: PrivatePart) -> None:
    await tx.put_supplier(supplier, private.name, private.organisation_number)
    message = _message(tx, topics.SUPPLIERS, supplier.supplier_id, supplier)
    await tx.publish(supplier.tenant_id, message)


async def _put_contact(tx: Transaction, contact: Contact) -> None:
    await tx.put_contact(contact)
    message = _message(tx, topics.CONTACTS, contact.recipient_id, contact)
    await tx.publish(contact.tenant_id, message)


async def _ask_to_confirm(tx: Transaction, contact: Contact) -> None:
    expires_at = tx.at + CONFIRM_WITHIN
    request = MailRequest(
        request_id=str(uuid4()),
        recipient_id=contact.recipient_id,
        kind=MailRequestKind.CONFIRM,
        language=contact.language,
        expires_at=expires_at,
        contact_revision=contact.revision,
    )
    await tx.add_mail_request(request.request_id, contact.recipient_id, request.kind, expires_at)
    message = _message(tx, topics.MAIL_REQUESTS, contact.recipient_id, request)
    await tx.publish(contact.tenant_id, message)


def _message(
    tx: Transaction, topic: topics.Topic, key: str, body: Supplier | Contact | MailRequest
) -> Message:
    return Message(topic, key, body, tx.at, traceparent=new_traceparent())


def _receipt(supplier: Supplier, contact: Contact, *, changed: bool) -> SupplierReceipt:
    return SupplierReceipt(
        supplier_id=supplier.supplier_id,
        recipient_id=contact.recipient_id,
        revision=supplier.revision,
        changed=changed,
    )
