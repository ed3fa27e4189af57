"""Places: Swedish municipalities and counties, NUTS regions, countries."""

from dataclasses import dataclass

from shared.codelists.tables import rows


@dataclass(frozen=True, slots=True)
class County:
    """A Swedish county (län); `nuts3` is the NUTS region of the same extent."""

    code: str
    name: str
    short_name: str
    nuts3: str


@dataclass(frozen=True, slots=True)
class MunicipalityEntry:
    """A Swedish municipality (kommun), by its code from Statistics Sweden."""

    code: str
    name: str
    short_name: str
    county: County


COUNTIES: dict[str, County] = {
    row["code"]: County(row["code"], row["name"], row["short_name"], row["nuts3"])
    for row in rows("counties")
}
MUNICIPALITIES: dict[str, MunicipalityEntry] = {
    row["code"]: MunicipalityEntry(
        row["code"], row["name"], row["short_name"], COUNTIES[row["county"]]
    )
    for row in rows("municipalities")
}
NUTS: dict[str, str] = {row["code"]: row["name"] for row in rows("nuts")}
"""Code of level 0 to 3 -> name in a language of the region."""

_COUNTRIES: dict[str, dict[str, str]] = {row["code"]: row for row in rows("countries")}
_COUNTRY_OF_NUTS: dict[str, dict[str, str]] = {row["nuts"]: row for row in _COUNTRIES.values()}
_BY_NAME: dict[str, str] = {
    name.casefold(): entry.code
    for entry in MUNICIPALITIES.values()
    for name in (entry.name, f"{entry.short_name} kommun")
} | {
    "stockholms stad": "0180",
    "göteborgs stad": "1480",
    "malmö stad": "1280",
    "helsingborgs stad": "1283",
    "lunds kommun": "1281",
    "solna stad": "0184",
    "sundbybergs stad": "0183",
    "lidingö stad": "0186",
    "vaxholms stad": "0187",
    "mölndals stad": "1481",
    "borås stad": "1490",
    "trollhättans stad": "1488",
    "region gotland": "0980",
}


def municipality_name(code: str, short: bool = True) -> str:
    """The municipality's name ("Helsingborg", or "Helsingborgs kommun"), else the code."""
    entry = MUNICIPALITIES.get(code)
    if entry is None:
        return code
    return entry.short_name if short else entry.name


def municipality_nuts3(code: str) -> str | None:
    """NUTS 3 region (county) of a municipality, e.g. 1283 -> SE224; None if unknown."""
    entry = MUNICIPALITIES.get(code)
    return entry.county.nuts3 if entry else None


def municipality_by_name(name: str) -> str | None:
    """The code of the municipality that bears exactly this name as an authority, else None.

    "Lunds kommun" and "Malmö stad" are found; "Lund" (a place) and "Region Skåne" are not.
    """
    return _BY_NAME.get(" ".join(name.split()).casefold())


def municipalities_in(area: str) -> list[str]:
    """Codes of the Swedish municipalities within a NUTS region of any level."""
    return [
        code for code, entry in MUNICIPALITIES.items() if nuts_contains(area, entry.county.nuts3)
    ]


def nuts_name(code: str, lang: str = "sv") -> str:
    """The region's name; a country's in Swedish or English; the code itself if unknown."""
    country = _COUNTRY_OF_NUTS.get(code)
    if country:
        return country["sv" if lang == "sv" else "en"]
    return NUTS.get(code, code)


def nuts_contains(area: str, place: str) -> bool:
    """Is `place` the region `area` or a part of it? ("SE22" contains "SE224".)"""
    return bool(area) and place.startswith(area)


def country_name(code: str, lang: str = "sv") -> str:
    """The name of a country by its three-letter code ("SWE"), else the code itself."""
    country = _COUNTRIES.get(code)
    return country["sv" if lang == "sv" else "en"] if country else code


def country_nuts(code: str) -> str | None:
    """The two letters that NUTS uses for a country: "SWE" -> "SE", "GRC" -> "EL"."""
    country = _COUNTRIES.get(code)
    return country["nuts"] if country else None
