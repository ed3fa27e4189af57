"""The services that LOU 19 ch. lets a buyer reserve: CPV codes of 25 § and 25 a §."""

_NAMED = frozenset(
    [
        "75121000",
        "75122000",
        "75123000",
        "79622000",
        "79624000",
        "79625000",
        "80110000",
        "80300000",
        "80420000",
        "80430000",
        "80511000",
        "80520000",
        "80590000",
        "92500000",
        "92600000",
        "98133000",
        "98133110",
    ]
)
_RANGE = ("85000000", "85323000")
"""Both ends included. Source of both: LOU 19:25, Directive 2014/24 article 77."""

SCOPE_19_25A = (
    "75200000",
    "75231200",
    "75231240",
    "79611000",
    "79622000",
    "79624000",
    "79625000",
    "80000000",
    "85000000",
    "98133000",
)
"""The certain part, with subtrees. Source: LOU 19:25 a (since 2023-01-01)."""


def within_19_25(cpv: str) -> bool:
    """Whether a code is one of those that the paragraph names."""
    low, high = _RANGE
    return cpv in _NAMED or low <= cpv <= high
