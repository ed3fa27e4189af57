"""`matcher.shards.v1`: the shard log, one ordered log of all that a shard must know."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.contracts.base import Contract
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender


class ShardTender(Contract):
    """A tender, copied to every partition under the key `t:` + tender_id."""

    kind: Literal["tender"] = "tender"
    tender: Tender


class ShardSupplier(Contract):
    """A supplier, in the partition of murmur2(supplier_id), under the key `s:` + supplier_id."""

    kind: Literal["supplier"] = "supplier"
    supplier: Supplier


ShardRecord = Annotated[ShardTender | ShardSupplier, Field(discriminator="kind")]
SHARD_RECORD: TypeAdapter[ShardTender | ShardSupplier] = TypeAdapter(ShardRecord)
