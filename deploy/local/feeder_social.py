"""What the generated social enterprises say of themselves, with the age of their evidence.

The evidence is complete, partly missing, about to be too old, or too old (365 days), in turns.
Sources of the conditions: LOU 4 ch. 18 §, 19 ch. 25 and 25 a §§.
"""

from random import Random
from typing import Any

Json = dict[str, Any]

SOCIAL_KINDS = ("integration", "association", "sheltered", "cooperative")
STATES = ("complete", "missing", "complete", "expired", "ageing")

_CLAIMS = {
    "integration": ("integration_purpose", "profit_reinvested"),
    "association": (
        "profit_reinvested",
        "participation",
        "public_benefit",
        "no_public_control",
        "ideburen_registration",
    ),
    "sheltered": ("integration_purpose",),
    "cooperative": ("integration_purpose", "profit_reinvested", "participation"),
}
_SHARES = {
    "integration": ("integration_share",),
    "association": (),
    "sheltered": ("integration_share", "sheltered_share"),
    "cooperative": ("integration_share",),
}


def social_profile(rng: Random, kind: str, number: int) -> Json:
    """The social profile of the `number`-th social enterprise, which is of this kind."""
    state = STATES[(number // len(SOCIAL_KINDS)) % len(STATES)]
    profile: Json = {
        claim: {"answer": True, "evidence_age_days": _age(rng, state)} for claim in _CLAIMS[kind]
    }
    for share in _SHARES[kind]:
        percent = rng.choice([12, 30, 35, 42.5, 55, 80])
        profile[share] = {"percent": percent, "evidence_age_days": _age(rng, state)}
    if state == "missing":
        _lose_one(rng, profile)
    return profile


def _age(rng: Random, state: str) -> int:
    if state == "expired":
        return rng.randint(380, 1500)
    if state == "ageing":
        return rng.randint(325, 364)
    return rng.randint(5, 280)


def _lose_one(rng: Random, profile: Json) -> None:
    """Leaves one question unanswered, and another without the date of its evidence."""
    asked = sorted(profile)
    del profile[asked.pop(rng.randrange(len(asked)))]
    if asked:
        del profile[rng.choice(asked)]["evidence_age_days"]
