"""A supplier's sign-up: profile for matching, contact, and what stays with intake."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, EmailStr, Field

from services.intake.domain.fields import CpvCodes, KnownMunicipality, NutsCodes
from services.intake.domain.tender_input import Input
from shared.contracts.base import Amount, Code, Language, SupplierId, TenantId, Text, unique
from shared.contracts.codes import Frequency, MailLanguage, SupplierSize
from shared.contracts.supplier import (
    Area,
    Certificate,
    Consent,
    Contact,
    Experience,
    Offers,
    SocialProfile,
    Supplier,
    ValueBand,
)

CONSENT_VERSION = "2026-11"
"""Version of the consent wording that the sign-up shows."""

Keyword = Annotated[Text, Field(min_length=2, max_length=100)]
Keywords = Annotated[list[Keyword], Field(max_length=100), AfterValidator(unique)]


class AreaInput(Input):
    """Where the supplier works; empty means the whole country."""

    municipalities: Annotated[list[KnownMunicipality], Field(max_length=290)] = []
    nuts: NutsCodes = []
    strict: bool = False


class ConsentInput(Input):
    """Consent to be mailed: it must be given. Version and place are recorded with the instant."""

    given: Literal[True] = Field(description="True: Ombud may mail tenders that fit the profile")
    version: Code = CONSENT_VERSION
    source: Code = "api"


class SupplierInput(Input):
    """A whole profile; a change sends the whole profile again."""

    name: Annotated[Text, Field(min_length=1, max_length=300)]
    organisation_number: Annotated[
        str | None, Field(pattern=r"^[0-9]{6}-?[0-9]{4}$", description="Ten digits")
    ] = None
    address: Annotated[EmailStr, Field(max_length=254, description="E-mail address")]
    language: MailLanguage = MailLanguage.SWEDISH
    frequency: Annotated[
        Literal[Frequency.INSTANT], Field(description="There are no digests yet")
    ] = Frequency.INSTANT
    consent: ConsentInput
    threshold: Annotated[float, Field(ge=0, le=100)] = 40
    cpv: CpvCodes = []
    keywords: Keywords = []
    excluded_cpv: CpvCodes = []
    excluded_keywords: Keywords = []
    sni: Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{5}$")]], Field(max_length=20)] = []
    experience: Annotated[list[Experience], Field(max_length=1_000)] = []
    area: AreaInput = AreaInput()
    value_band: ValueBand = ValueBand()
    size: SupplierSize | None = None
    capacity: Amount | None = None
    certificates: Annotated[list[Certificate], Field(max_length=100)] = []
    languages: Annotated[list[Language], Field(min_length=1, max_length=30)] = ["sv"]
    social: SocialProfile = SocialProfile()
    offers: Offers = Offers()


_PRIVATE = {"name", "organisation_number"}
_CONTACT = {"address", "language", "frequency", "consent"}


@dataclass(frozen=True)
class PrivatePart:
    """What no topic carries: it stays in intake's own table."""

    name: str
    organisation_number: str | None


def parse(fields: Any) -> SupplierInput:
    """Validate fields as JSON gave them; raises ValidationError, also for unknown inner fields."""
    return SupplierInput.model_validate(fields, extra="forbid")


def private_part(given: SupplierInput) -> PrivatePart:
    """Name and organisation number; the number as ten digits."""
    number = given.organisation_number
    return PrivatePart(given.name, number.replace("-", "") if number else None)


def to_supplier(given: SupplierInput, tenant_id: str, supplier_id: str, revision: int) -> Supplier:
    """The profile for matching."""
    fields = given.model_dump(exclude=_PRIVATE | _CONTACT | {"area"})
    return Supplier(
        **fields,
        area=Area(**given.area.model_dump()),
        tenant_id=TenantId(tenant_id),
        supplier_id=SupplierId(supplier_id),
        revision=revision,
    )


def to_contact(
    given: SupplierInput,
    supplier: Supplier,
    recipient_id: str,
    revision: int,
    now: datetime,
    before: Contact | None = None,
) -> Contact:
    """The contact. A confirmation stands as long as the address stays the same."""
    earlier = before.consent if before and before.address == given.address else None
    consent = earlier or Consent(
        version=given.consent.version, given_at=now, source=given.consent.source
    )
    fields: dict[str, Any] = {
        "recipient_id": recipient_id,
        "supplier_id": supplier.supplier_id,
        "tenant_id": supplier.tenant_id,
        "revision": revision,
        "address": given.address,
        "language": given.language,
        "frequency": given.frequency,
        "consent": consent,
    }
    return before.model_copy(update=fields) if before else Contact(**fields)
