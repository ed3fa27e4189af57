"""A second reading of eForms notices that shares nothing with the product's but the contract.

Plain xml.etree, walking by element names; written from the prose of the business terms.
"""

import xml.etree.ElementTree as ET
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

LANGUAGES = {
    "BUL": "bg", "CES": "cs", "DAN": "da", "DEU": "de", "ELL": "el", "ENG": "en", "SPA": "es",
    "EST": "et", "FIN": "fi", "FRA": "fr", "GLE": "ga", "HRV": "hr", "HUN": "hu", "ITA": "it",
    "LIT": "lt", "LAV": "lv", "MLT": "mt", "NLD": "nl", "POL": "pl", "POR": "pt", "RON": "ro",
    "SLK": "sk", "SLV": "sl", "SWE": "sv", "NOR": "no", "NOB": "nb", "NNO": "nn", "AFR": "af",
}  # fmt: skip
KINDS = (
    [("plan", n) for n in [*map(str, range(1, 10)), "E2", "T01"]]
    + [("market_consultation", "E1")]
    + [("competition", n) for n in [*map(str, range(10, 25)), "E3", "CEI"]]
    + [("direct_award", str(n)) for n in range(25, 29)]
    + [("award", n) for n in [*map(str, range(29, 38)), "E4", "T02"]]
    + [("contract_change", n) for n in ["38", "39", "40", "E5", "E6"]]
    + [("other", "X01"), ("other", "X02")]
)


def local(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def walk(element: ET.Element | None, *names: str) -> list[ET.Element]:
    """Descend by local names, "**" for any depth in the extension wrappers."""
    level = [element] if element is not None else []
    for name in names:
        if name == "**":
            wrappers = ("UBLExtensions", "UBLExtension", "ExtensionContent", "EformsExtension")
            level = walk_all(level, wrappers)
        else:
            level = [child for parent in level for child in parent if local(child) == name]
    return level


def walk_all(level: list[ET.Element], names: tuple[str, ...]) -> list[ET.Element]:
    for name in names:
        level = [child for parent in level for child in parent if local(child) == name]
    return level


def said(elements: list[ET.Element]) -> list[str]:
    return [text for e in elements if (text := (e.text or "").strip())]


def one(elements: list[ET.Element]) -> str | None:
    return next(iter(said(elements)), None)


def in_languages(elements: list[ET.Element], own: str | None) -> dict[str, str]:
    return {
        LANGUAGES.get(e.get("languageID", ""), own or ""): (e.text or "").strip()
        for e in elements
        if (e.text or "").strip()
    }


def once(values: list[str]) -> list[str]:
    return sorted(set(values), key=values.index)


def when(period: list[ET.Element]) -> str | None:
    day, clock = one(walk(next(iter(period), None), "EndDate")), None
    if period:
        clock = one(walk(period[0], "EndTime"))
    if day is None:
        return None
    offset = (clock or day)[8 if clock else 10 :] or day[10:]
    if not offset:
        return None
    return f"{day[:10]}T{clock[:8] if clock else '23:59:59'}{offset.replace('Z', '+00:00')}"


def listed(elements: list[ET.Element], list_name: str) -> list[str]:
    return said([e for e in elements if e.get("listName") == list_name])


def amount(elements: list[ET.Element]) -> tuple[Decimal, str] | None:
    for e in elements:
        if (e.text or "").strip():
            cents = Decimal((e.text or "").strip()).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
            return (cents, e.get("currencyID", "")) if cents >= 0 else None
    return None


def read(xml: bytes) -> dict[str, Any]:
    """The values that the product must read from this notice."""
    root = ET.fromstring(xml)
    own = LANGUAGES.get(one(walk(root, "NoticeLanguageCode")) or "")
    subtype = one(walk(root, "**", "NoticeSubType", "SubTypeCode")) or ""
    kind = next(k for k, n in KINDS if n == subtype.removeprefix("N").lstrip("0"))
    project = next(iter(walk(root, "ProcurementProject")), None)
    return {
        "notice_id": one(walk(root, "ID")),
        "version": one(walk(root, "VersionID")),
        "subtype": subtype,
        "kind": kind,
        "procedure_id": one(walk(root, "ContractFolderID")),
        "law": one(walk(root, "RegulatoryDomain")),
        "language": own,
        "dispatched": (one(walk(root, "IssueDate")) or "")[:10]
        + "T"
        + (one(walk(root, "IssueTime")) or "").replace("Z", "+00:00"),
        "change_reason": one(walk(root, "**", "Changes", "ChangeReason", "ReasonCode")),
        "title": in_languages(walk(project, "Name"), own),
        "description": in_languages(walk(project, "Description"), own),
        "nuts": once(said(walk(project, "RealizedLocation", "Address", "CountrySubentityCode"))),
        "buyers": buyers(root),
        "lots": [lot(e, own) for e in lots(root)],
        "decisions": decisions(root),
    }


def lots(root: ET.Element) -> list[ET.Element]:
    return [
        e
        for e in walk(root, "ProcurementProjectLot")
        if walk(e, "ID")[0].get("schemeName") != "LotsGroup"
    ]


def buyers(root: ET.Element) -> list[tuple[str | None, set[str]]]:
    """(number, names) in the order of the notice, the leader of a group first."""
    known: dict[str, ET.Element] = {}
    for organisation in walk(root, "**", "Organizations", "Organization"):
        for part in ("Company", "TouchPoint"):
            for reference in said(walk(organisation, part, "PartyIdentification", "ID")):
                known[reference] = organisation
    listed_buyers = once(said(walk(root, "ContractingParty", "Party", "PartyIdentification", "ID")))
    found = [known[reference] for reference in listed_buyers]
    found.sort(key=lambda o: one(walk(o, "GroupLeadIndicator")) != "true")
    return [
        (
            one(walk(o, "Company", "PartyLegalEntity", "CompanyID")),
            set(said(walk(o, "Company", "PartyName", "Name"))),
        )
        for o in found
    ]


def lot(e: ET.Element, own: str | None) -> dict[str, Any]:
    project = walk(e, "ProcurementProject")[0]
    process = next(iter(walk(e, "TenderingProcess")), None)
    terms = next(iter(walk(e, "TenderingTerms")), None)
    extra = walk(project, "ProcurementAdditionalType", "ProcurementTypeCode")
    requirement = walk(
        terms, "TendererQualificationRequest", "SpecificTendererRequirement",
        "TendererRequirementTypeCode",
    )  # fmt: skip
    execution = walk(terms, "ContractExecutionRequirement", "ExecutionRequirementCode")
    periods = (
        walk(process, "ParticipationRequestReceptionPeriod"),
        walk(process, "TenderSubmissionDeadlinePeriod"),
        walk(process, "**", "InterestExpressionReceptionPeriod"),
    )
    period = next((p for p in periods if walk(next(iter(p), None), "EndDate")), [])
    criteria = walk(terms, "AwardingTerms", "AwardingCriterion", "SubordinateAwardingCriterion")
    sme = one(walk(project, "SMESuitableIndicator"))
    return {
        "lot_id": one(walk(e, "ID")),
        "title": in_languages(walk(project, "Name"), own),
        "description": in_languages(walk(project, "Description"), own),
        "cpv_main": one(walk(project, "MainCommodityClassification", "ItemClassificationCode")),
        "cpv_additional": once(
            said(walk(project, "AdditionalCommodityClassification", "ItemClassificationCode"))
        ),
        "nuts": once(said(walk(project, "RealizedLocation", "Address", "CountrySubentityCode"))),
        "countries": once(
            said(walk(project, "RealizedLocation", "Address", "Country", "IdentificationCode"))
        ),
        "value": amount(walk(project, "RequestedTenderTotal", "EstimatedOverallContractAmount")),
        "deadline": when(period),
        "question_deadline": when(walk(process, "AdditionalInformationRequestPeriod")),
        "reserved": once([c for c in listed(requirement, "reserved-procurement") if c != "none"]),
        "reserved_execution": next(iter(listed(execution, "reserved-execution")), None),
        "social": once(listed(extra, "social-objective") + listed(extra, "social-procurement")),
        "innovation": once(listed(extra, "innovative-acquisition")),
        "sme_suitable": None if sme is None else sme == "true",
        "languages": once([LANGUAGES[code] for code in said(walk(terms, "Language", "ID"))]),
        "criteria": len(criteria),
    }


def decisions(root: ET.Element) -> dict[str, str]:
    """Lot -> decision, of results whose decision is not withheld."""
    found: dict[str, str] = {}
    for result in walk(root, "**", "NoticeResult", "LotResult"):
        hidden = said(walk(result, "FieldsPrivacy", "FieldIdentifierCode"))
        code = one(walk(result, "TenderResultCode"))
        for lot_id in said(walk(result, "TenderLot", "ID")):
            if code and "win-cho" not in hidden:
                found[lot_id] = "selec-w" if found.get(lot_id) == "selec-w" else code
    return found
