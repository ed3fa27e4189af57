"""Our own JSON tender: what `POST /v1/tenders`, the form and the CSV source send in."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.intake.domain.fields import (
    CpvCodes,
    KnownCpv,
    KnownMunicipality,
    Link,
    Moment,
    MunicipalityCodes,
    NutsCodes,
    SomeTexts,
)
from services.intake.domain.identity import own_tender_id
from services.intake.domain.notice import Notice
from shared.contracts.base import Code, Language, Money, TenantId, Text, Texts, unique
from shared.contracts.codes import Reservation, ReservedExecution, TenderKind, TenderStatus
from shared.contracts.tender import (
    AwardCriterion,
    Buyer,
    Clause,
    Duration,
    Lot,
    Objectives,
    SelectionCriterion,
    Source,
    Tender,
)

Codes = Annotated[list[Code], Field(max_length=100), AfterValidator(unique)]
SmallNumber = Annotated[int, Field(ge=0, le=100_000)]

STATUS_OF_KIND: Mapping[TenderKind, TenderStatus] = {
    TenderKind.DIRECT_PROCUREMENT: TenderStatus.OPEN,
    TenderKind.COMPETITION: TenderStatus.OPEN,
    TenderKind.MARKET_CONSULTATION: TenderStatus.CONSULTATION,
    TenderKind.PLAN: TenderStatus.PLANNED,
}
"""The kinds that can be sent in, and the status of one that is under way."""


class Input(BaseModel):
    """What is sent in: unknown fields are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SourceInput(Input):
    """Where the sender has the tender from. A sender who may send again gives `notice_id`."""

    system: Literal["api", "csv", "form"] = "api"
    notice_id: Code | None = Field(None, description="The sender's own identifier of the notice")
    notice_version: Code = Field("01", description="Higher when the same notice has changed")
    url: Link | None = None


class BuyerInput(Input):
    """A contracting authority."""

    id: Code | None = Field(None, description="Organisation number of the public body")
    name: Annotated[Text, Field(min_length=1, max_length=500)]
    municipality: KnownMunicipality | None = None


class DurationInput(Input):
    """BT-36, or start and end."""

    amount: SmallNumber | None = None
    unit: Literal["DAY", "WEEK", "MONTH", "YEAR"] | None = None
    start: Moment | None = None
    end: Moment | None = None


class LotInput(Input):
    """One lot. Fields as in the contract `Lot`; nothing is inherited from the tender."""

    lot_id: Code = "LOT-0001"
    status: TenderStatus | None = Field(None, description="Where it differs from the tender's")
    title: Texts = {}
    description: Texts = {}
    cpv_main: KnownCpv | None = None
    cpv_additional: CpvCodes = []
    nuts: NutsCodes = []
    countries: Codes = []
    municipalities: MunicipalityCodes = []
    value: Money | None = None
    maximum_value: Money | None = None
    duration: DurationInput | None = None
    renewals: SmallNumber | None = None
    deadline: Moment | None = None
    question_deadline: Moment | None = None
    reserved: Annotated[list[Reservation], AfterValidator(unique)] = []
    reserved_execution: ReservedExecution | None = None
    clauses: Annotated[list[Clause], Field(max_length=20)] = []
    objectives: Objectives = Objectives()
    award_criteria: Annotated[list[AwardCriterion], Field(max_length=200)] = []
    selection_criteria: Annotated[list[SelectionCriterion], Field(max_length=500)] = []
    certificates: Codes = []
    submission_languages: Annotated[list[Language], Field(max_length=30)] = []
    max_lots: SmallNumber | None = None
    sme_suitable: bool | None = None
    subcontracting: Code | None = None
    submission_url: Link | None = None
    documents_url: Link | None = None


class TenderInput(Input):
    """A tender as its sender knows it. What Ombud assigns (ids, revision) is not a field."""

    kind: TenderKind = TenderKind.DIRECT_PROCUREMENT
    status: TenderStatus | None = Field(None, description="Default: under way, as of its kind")
    source: SourceInput = SourceInput()
    procedure_id: Code | None = Field(None, description="BT-04, where the procedure has one")
    buyers: Annotated[list[BuyerInput], Field(min_length=1, max_length=100)]
    title: SomeTexts
    description: Texts = {}
    language: Language | None = "sv"
    nuts: NutsCodes = []
    law: Code | None = None
    procedure: Code | None = None
    framework: Code | None = None
    dynamic_purchasing_system: Code | None = None
    published_at: Moment | None = Field(None, description="Default: when it was received")
    lots: Annotated[list[LotInput], Field(min_length=1, max_length=2_000)]

    @model_validator(mode="after")
    def _consistent(self) -> "TenderInput":
        if self.kind not in STATUS_OF_KIND:
            raise ValueError(f"kind must be one of {', '.join(STATUS_OF_KIND)}")
        lot_ids = [lot.lot_id for lot in self.lots]
        if len(set(lot_ids)) != len(lot_ids):
            raise ValueError("lots must have different lot_id")
        return self


def parse(fields: Any) -> TenderInput:
    """Validate fields as JSON gave them. Raises ValidationError; unknown fields are refused at
    every depth, also inside parts that are contracts and would ignore them."""
    return TenderInput.model_validate(fields, extra="forbid")


def digest(given: TenderInput) -> str:
    """What decides whether two inputs are "the same again"; blind to spacing and field order."""
    return hashlib.sha256(given.model_dump_json().encode()).hexdigest()


def to_notice(given: TenderInput, tenant_id: str, received_at: datetime) -> Notice:
    """The notice that an input is. Without `notice_id` each input is a notice of its own."""
    notice_id = given.source.notice_id or str(uuid4())
    status = given.status or STATUS_OF_KIND[given.kind]
    published_at = given.published_at or received_at
    fields = given.model_dump(exclude={"source", "lots", "status", "buyers", "published_at"})
    tender = Tender(
        **fields,
        tender_id=own_tender_id(tenant_id, given.source.system, notice_id, given.procedure_id),
        tenant_id=TenantId(tenant_id),
        revision=0,
        status=status,
        source=Source(
            system=given.source.system,
            notice_id=notice_id,
            notice_version=given.source.notice_version,
            url=given.source.url,
        ),
        buyers=[Buyer(**buyer.model_dump()) for buyer in given.buyers],
        published_at=published_at,
        lots=[_lot(lot, status) for lot in given.lots],
    )
    return Notice(
        tender=tender,
        notice_id=notice_id,
        version=given.source.notice_version,
        dispatched_at=published_at,
        kind=given.kind,
        sha256=digest(given),
        procedure_id=given.procedure_id,
    )


def _lot(given: LotInput, status: TenderStatus) -> Lot:
    fields = given.model_dump(exclude={"status", "duration"})
    duration = Duration(**given.duration.model_dump()) if given.duration else None
    return Lot(**fields, status=given.status or status, duration=duration)
