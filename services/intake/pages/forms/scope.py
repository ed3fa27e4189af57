"""The services that LOU 19 ch. 25 § lets a buyer reserve (Directive 2014/24 art. 77)."""

_SINGLE = frozenset(
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
_FIRST, _LAST = "85000000", "85323000"


def within_19_25(cpv: str) -> bool:
    """Whether a code is one of those that the paragraph names."""
    return cpv in _SINGLE or _FIRST <= cpv <= _LAST
