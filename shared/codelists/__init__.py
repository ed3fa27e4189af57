"""Code lists: CPV, places, languages, notice subtypes. Tables beside; see LICENCES.md."""

from shared.codelists.areas import (
    COUNTIES,
    MUNICIPALITIES,
    NUTS,
    County,
    MunicipalityEntry,
    country_name,
    country_nuts,
    municipalities_in,
    municipality_by_name,
    municipality_name,
    municipality_nuts3,
    nuts_contains,
    nuts_name,
)
from shared.codelists.cpv import (
    CPV,
    CpvEntry,
    cpv_ancestors,
    cpv_common_digits,
    cpv_depth,
    cpv_name,
)
from shared.codelists.languages import iso_639_1, language_name
from shared.codelists.subtypes import KIND_OF_SUBTYPE, kind_of_subtype
from shared.codelists.suggest import CpvSuggestion, suggest_cpv

__all__ = [
    "COUNTIES",
    "CPV",
    "KIND_OF_SUBTYPE",
    "MUNICIPALITIES",
    "NUTS",
    "County",
    "CpvEntry",
    "CpvSuggestion",
    "MunicipalityEntry",
    "country_name",
    "country_nuts",
    "cpv_ancestors",
    "cpv_common_digits",
    "cpv_depth",
    "cpv_name",
    "iso_639_1",
    "kind_of_subtype",
    "language_name",
    "municipalities_in",
    "municipality_by_name",
    "municipality_name",
    "municipality_nuts3",
    "nuts_contains",
    "nuts_name",
    "suggest_cpv",
]
