"""What the API answers with."""

from pydantic import BaseModel, Field

from services.intake.suppliers import SupplierView
from shared.contracts.base import Instant
from shared.contracts.codes import Frequency, MailLanguage
from shared.contracts.supplier import Supplier


class TenderReceipt(BaseModel):
    """What became of a notice or tender."""

    tender_id: str = Field(examples=["0b9f3d0e-6c0f-5f5e-9d0b-2f1f6d1c9f10"])
    revision: int = Field(description="The tender's revision now", examples=[1])
    created: bool = Field(description="The notice was new and is stored")
    changed: bool = Field(description="The tender got a new revision")
    notice_id: str = Field(examples=["7b3a8f1c-5d2e-4c77-9a55-1c1a2b3c4d5e"])
    notice_version: str = Field(examples=["01"])


class ContactAnswer(BaseModel):
    """The address and how it wants its mail. `confirmed_at` is null until it was confirmed."""

    recipient_id: str
    address: str | None
    language: MailLanguage
    frequency: Frequency
    consent_version: str | None
    consented_at: Instant | None
    confirmed_at: Instant | None


class SupplierAnswer(BaseModel):
    """A supplier as the holder of its key sees it."""

    name: str
    organisation_number: str | None
    profile: Supplier
    contact: ContactAnswer


def supplier_answer(view: SupplierView) -> SupplierAnswer:
    """The view in the API's form."""
    contact, consent = view.contact, view.contact.consent
    return SupplierAnswer(
        name=view.private.name,
        organisation_number=view.private.organisation_number,
        profile=view.profile,
        contact=ContactAnswer(
            recipient_id=contact.recipient_id,
            address=contact.address,
            language=contact.language,
            frequency=contact.frequency,
            consent_version=consent.version if consent else None,
            consented_at=consent.given_at if consent else None,
            confirmed_at=consent.confirmed_at if consent else None,
        ),
    )
