"""Places to choose from, county by county."""

from shared.codelists import COUNTIES, MUNICIPALITIES

PLACES_OF_COUNTY = tuple(
    (county, tuple(m for m in MUNICIPALITIES.values() if m.county.code == county.code))
    for county in COUNTIES.values()
)
"""Each county with its municipalities."""
