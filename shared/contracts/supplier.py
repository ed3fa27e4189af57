"""`suppliers.v1` (what matching needs, without name or address) and `contacts.v1`."""

from datetime import date, time
from typing import Annotated

from pydantic import AfterValidator, EmailStr, Field

from shared.contracts.base import (
    Amount,
    Code,
    Contract,
    Cpv,
    Instant,
    Language,
    Municipality,
    Nuts,
    Percent,
    RecipientId,
    SupplierId,
    TenantId,
    Text,
    unique,
)
from shared.contracts.codes import (
    Frequency,
    MailLanguage,
    RecordStatus,
    SupplierSize,
    TenderKind,
)


class Experience(Contract):
    """An earlier win, shown if the supplier agrees."""

    cpv: Cpv | None = None
    title: Text = ""


class Area(Contract):
    """Where the supplier works; empty means the whole country.

    `strict` makes it the supplier's own hard condition ("Bara här").
    """

    municipalities: list[Municipality] = []
    nuts: list[Nuts] = []
    strict: bool = False


class ValueBand(Contract):
    """Contract values that suit the supplier, SEK without VAT."""

    minimum: Amount | None = None
    maximum: Amount | None = None


class Certificate(Contract):
    """A certificate that the supplier holds; without a date it does not end."""

    code: Code
    valid_until: date | None = None


class Claim(Contract):
    """A yes or no with the date of its evidence. None means: not answered."""

    answer: bool | None = None
    evidence_date: date | None = None


class ShareClaim(Contract):
    """A share of those occupied, in per cent, with the date of its evidence. Never individuals."""

    percent: Percent | None = None
    evidence_date: date | None = None


class SocialProfile(Contract):
    """What reserved procurement asks about. Sources: LOU 4:18, 19:25, 19:25 a."""

    integration_purpose: Claim = Claim()
    integration_share: ShareClaim = ShareClaim()
    sheltered_share: ShareClaim = ShareClaim()
    profit_reinvested: Claim = Claim()
    participation: Claim = Claim()
    public_benefit: Claim = Claim()
    no_public_control: Claim = Claim()
    ideburen_registration: Claim = Claim()


class Offers(Contract):
    """What the supplier is willing to do under social clauses, or with other suppliers."""

    jobs: bool = False
    internships: bool = False
    dialogue: bool = False
    subcontract: bool = False


class Supplier(Contract):
    """A profile for matching."""

    supplier_id: SupplierId
    tenant_id: TenantId
    revision: int = Field(ge=0)
    status: RecordStatus = RecordStatus.ACTIVE
    threshold: float = Field(40, ge=0, le=100, description="Least score that is mailed")
    cpv: Annotated[list[Cpv], AfterValidator(unique)] = []
    keywords: list[Text] = []
    excluded_cpv: list[Cpv] = []
    excluded_keywords: list[Text] = []
    sni: list[Code] = Field([], description="Trade by SNI 2007, five digits")
    experience: list[Experience] = []
    area: Area = Area()
    value_band: ValueBand = ValueBand()
    size: SupplierSize | None = None
    capacity: Amount | None = Field(
        None, description="Largest contract value the firm can carry, SEK without VAT"
    )
    certificates: list[Certificate] = []
    languages: Annotated[list[Language], AfterValidator(unique)] = ["sv"]
    social: SocialProfile = SocialProfile()
    offers: Offers = Offers()


class Consent(Contract):
    """Marketing law 19 §, GDPR: what was agreed to, when, where; confirmed by double opt-in."""

    version: Code
    given_at: Instant
    source: Code
    confirmed_at: Instant | None = None


class QuietHours(Contract):
    """Local time (Europe/Stockholm) during which no instant mail goes out."""

    start: time
    end: time


class Contact(Contract):
    """One address of a supplier. Only intake writes it and only the notifier reads it."""

    recipient_id: RecipientId
    supplier_id: SupplierId
    tenant_id: TenantId
    revision: int = Field(ge=0)
    status: RecordStatus = RecordStatus.ACTIVE
    address: EmailStr | None = Field(None, description="None once erased")
    language: MailLanguage = MailLanguage.SWEDISH
    frequency: Frequency = Frequency.INSTANT
    quiet_hours: QuietHours | None = None
    paused_until: Instant | None = None
    muted_buyers: list[Code] = []
    muted_kinds: list[TenderKind] = []
    consent: Consent | None = None
