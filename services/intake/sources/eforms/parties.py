"""The buyers of a notice, the lead first."""

import re

from services.intake.sources.eforms import values
from services.intake.sources.eforms.document import Element
from services.intake.sources.eforms.terms import Found, table
from services.intake.sources.errors import SourceCode, SourceError
from shared.codelists import municipality_by_name
from shared.contracts.base import MAX_TEXT
from shared.contracts.tender import Buyer

_NAME_ENDS = re.compile(r"\s*[,;(/\u2013]|\s-\s")


def buyers(root: Element, notice: Found, language: str | None) -> list[Buyer]:
    """The buyers (OPT-300), the lead of the group (OPP-050) first, each once.

    Raises SourceError: missing_field without any buyer or for an organisation without
    technical identifier; unknown_reference for a buyer that is not among the organisations.
    """
    notice.needed("buyer")
    organisations = _organisations(root)
    found: dict[str, Found] = {}
    for element, reference in zip(notice.elements("buyer"), notice.values("buyer"), strict=True):
        organisation = organisations.get(reference)
        if organisation is None:
            term = notice.terms["buyer"]
            raise SourceError(
                SourceCode.UNKNOWN_REFERENCE,
                f"The buyer {reference[:50]} is not among the notice's organisations.",
                term.where(element),
            )
        found.setdefault(organisation.needed("id"), organisation)
    lead_first = sorted(found.values(), key=lambda organisation: not _leads(organisation))
    return [_buyer(organisation, language) for organisation in lead_first]


def _organisations(root: Element) -> dict[str, Found]:
    """By technical identifier, of the company or of one of its touchpoints."""
    found: dict[str, Found] = {}
    for organisation in table().each("organisation", root):
        found[organisation.needed("id")] = organisation
        for touchpoint in organisation.values("touchpoint"):
            found.setdefault(touchpoint, organisation)
    return found


def _leads(organisation: Found) -> bool:
    return values.first(organisation.values("lead"), values.boolean) is True


def _buyer(organisation: Found, language: str | None) -> Buyer:
    organisation.needed("name")
    names = values.texts(organisation.elements("name"), language or "und")
    name = names.get(language or "und") or next(iter(names.values()), "")
    return Buyer(
        id=values.first(organisation.values("number"), values.code),
        name=name[:MAX_TEXT],
        municipality=_municipality(name) if organisation.value("country") == "SWE" else None,
    )


def _municipality(name: str) -> str | None:
    """The municipality whose name it is, also where one of its offices is named after it."""
    return municipality_by_name(_NAME_ENDS.split(name, maxsplit=1)[0])
