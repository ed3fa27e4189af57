"""`tenders.v1`: the full state of a tender at a revision."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.contracts.base import (
    Code,
    Contract,
    Cpv,
    Instant,
    Language,
    Money,
    Municipality,
    Nuts,
    Percent,
    TenantId,
    TenderId,
    Text,
    Texts,
    unique,
)
from shared.contracts.codes import (
    ClauseCode,
    Reservation,
    ReservedExecution,
    TenderKind,
    TenderStatus,
)

CpvList = Annotated[list[Cpv], AfterValidator(unique)]
NutsList = Annotated[list[Nuts], AfterValidator(unique)]
LanguageList = Annotated[list[Language], AfterValidator(unique)]


class Source(Contract):
    """Where this state of the tender was read, exactly as identifiers stand there."""

    system: Code = Field(description="eforms, csv, api or form")
    notice_id: Code | None = Field(None, description="BT-701")
    notice_version: Code | None = Field(None, description="BT-757, e.g. 01")
    subtype: Code | None = Field(None, description="Notice subtype, e.g. 16, E3, N29")
    url: Text | None = None


class Buyer(Contract):
    """A contracting authority (public bodies only, so its name and number are public)."""

    id: Code | None = Field(None, description="Organisation number, BT-501")
    name: Text = Field(description="BT-500")
    municipality: Municipality | None = None


class Clause(Contract):
    """A term that applies when the contract is performed (BT-70 or the Swedish extension)."""

    code: ClauseCode
    text: Texts = {}


class AwardCriterion(Contract):
    """BT-539 (price, cost, quality), BT-734/BT-540, BT-541."""

    type: Code | None = None
    name: Texts = {}
    description: Texts = {}
    weight: Percent | None = Field(None, description="Per cent, only where given as such")


class SelectionCriterion(Contract):
    """BT-809 and BT-750."""

    type: Code | None = None
    description: Texts = {}


class Objectives(Contract):
    """Strategic procurement: BT-775 social, BT-774 and BT-805 green, BT-776 innovation."""

    social: list[Code] = []
    green: list[Code] = []
    innovation: list[Code] = []


class Duration(Contract):
    """BT-36, or BT-536 and BT-537."""

    amount: int | None = None
    unit: Code | None = Field(None, description="DAY, WEEK, MONTH, YEAR")
    start: Instant | None = None
    end: Instant | None = None


class LotResult(Contract):
    """What a result notice says of one lot. Winners stay with intake: they may be persons."""

    decision: Code = Field(description="BT-142: selec-w, clos-nw or open-nw")
    value: Money | None = Field(None, description="BT-710/BT-720, where published")


class Lot(Contract):
    """Only what the lot itself says; nothing is inherited from the tender."""

    lot_id: Code
    status: TenderStatus
    title: Texts = {}
    description: Texts = {}
    cpv_main: Cpv | None = Field(None, description="BT-262")
    cpv_additional: CpvList = Field([], description="BT-263")
    nuts: NutsList = Field([], description="BT-5071")
    countries: list[Code] = Field([], description="BT-5141, as in the notice, e.g. SWE")
    municipalities: list[Municipality] = []
    value: Money | None = Field(None, description="BT-27 only")
    maximum_value: Money | None = Field(None, description="BT-271")
    duration: Duration | None = None
    renewals: int | None = Field(None, description="BT-58")
    deadline: Instant | None = Field(
        None,
        description="First date for a new supplier to act by: BT-1311, else BT-131, else BT-630",
    )
    question_deadline: Instant | None = Field(None, description="BT-13")
    reserved: Annotated[list[Reservation], AfterValidator(unique)] = Field(
        [], description="BT-71 without `none`"
    )
    reserved_execution: ReservedExecution | None = Field(None, description="BT-736")
    clauses: list[Clause] = []
    objectives: Objectives = Objectives()
    award_criteria: list[AwardCriterion] = []
    selection_criteria: list[SelectionCriterion] = []
    certificates: list[Code] = Field([], description="Certificates that a bidder must hold")
    submission_languages: LanguageList = Field([], description="BT-97")
    max_lots: int | None = Field(None, description="BT-33: lots that one bidder may win")
    sme_suitable: bool | None = Field(None, description="BT-726")
    subcontracting: Code | None = Field(None, description="BT-651 or BT-65")
    submission_url: Text | None = Field(None, description="BT-18")
    documents_url: Text | None = Field(None, description="BT-15")
    result: LotResult | None = None
    withheld: list[Code] = Field([], description="Fields that the buyer has not yet published")


class Tender(Contract):
    """One procurement: the fold of its notices."""

    tender_id: TenderId
    tenant_id: TenantId
    revision: int = Field(ge=0, description="Assigned by intake, growing")
    status: TenderStatus
    kind: TenderKind
    source: Source
    procedure_id: Code | None = Field(None, description="BT-04")
    buyers: list[Buyer] = Field([], description="The lead buyer first")
    title: Texts = {}
    description: Texts = {}
    language: Language | None = Field(None, description="BT-702, the notice's own language")
    nuts: NutsList = Field([], description="Place of the whole; used where a lot has none")
    law: Code | None = Field(None, description="BT-01")
    procedure: Code | None = Field(None, description="BT-105")
    framework: Code | None = Field(None, description="BT-765")
    dynamic_purchasing_system: Code | None = Field(None, description="BT-766")
    published_at: Instant | None = Field(
        None,
        description="BT-05: dispatch of the first notice for the tender's present kind",
    )
    change_reason: Code | None = Field(None, description="BT-140 of the last change notice")
    lots: list[Lot] = []
