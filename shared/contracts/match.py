"""`matches.v1`: explained matches, in batches of one tender revision."""

from pydantic import Field

from shared.contracts.base import Code, Contract, SupplierId, TenantId, TenderId
from shared.contracts.codes import Verdict

Params = dict[str, str | int | float | list[str]]


class Reason(Contract):
    """Why: a code that the mail words in the reader's language, and the points it gave."""

    code: Code
    params: Params = {}
    points: float = 0


class Gap(Contract):
    """What the supplier would have to show to be eligible."""

    code: Code
    params: Params = {}


class LotMatch(Contract):
    """One lot that suits the supplier, and why."""

    lot_id: Code
    verdict: Verdict
    score: float = Field(ge=0, le=100)
    reasons: list[Reason] = []
    gaps: list[Gap] = []


class Match(Contract):
    """One supplier and one tender. `withdrawn` takes back an earlier match of the pair."""

    tender_id: TenderId
    tenant_id: TenantId
    tender_revision: int
    supplier_id: SupplierId
    supplier_revision: int
    verdict: Verdict
    score: float = Field(ge=0, le=100)
    score_version: Code
    lots: list[LotMatch] = Field(
        [], max_length=100, description="Best lot first; only lots that match, the best 100 at most"
    )


class MatchBatch(Contract):
    """Up to 500 matches (or 512 KiB) of one tender revision, from one shard."""

    tender_id: TenderId
    tender_revision: int
    partition: int = Field(description="The shard that matched")
    matches: list[Match] = Field(min_length=1, max_length=500)
