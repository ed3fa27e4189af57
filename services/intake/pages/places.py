"""Places to choose from, county by county, in the order of the Swedish alphabet."""

from shared.codelists import COUNTIES, MUNICIPALITIES

_AFTER_Z = str.maketrans("ÅÄÖåäö", "{|}{|}")


def _alphabetical(name: str) -> str:
    return name.lower().translate(_AFTER_Z)


PLACES_OF_COUNTY = tuple(
    (
        county,
        tuple(
            sorted(
                (m for m in MUNICIPALITIES.values() if m.county.code == county.code),
                key=lambda place: _alphabetical(place.short_name),
            )
        ),
    )
    for county in sorted(COUNTIES.values(), key=lambda county: _alphabetical(county.name))
)
"""Each county with its municipalities."""
