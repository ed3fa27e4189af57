"""The codes in which a verdict and a score are explained (tables in docs/scoring.md, 7 and 8)."""

from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a lot suits a supplier."""

    INVITATION = "invitation"
    CPV = "cpv"
    NEAR = "near"
    EXPERIENCE = "experience"
    TEXT = "text"
    SIMILAR = "similar"
    AREA = "area"
    AREA_NEAR = "area_near"
    AREA_BUYER = "area_buyer"
    AREA_UNKNOWN = "area_unknown"
    ABROAD = "abroad"
    VALUE = "value"
    VALUE_OVER = "value_over"
    VALUE_UNDER = "value_under"
    JOBS = "jobs"
    INTERNSHIPS = "internships"
    DIALOGUE = "dialogue"
    RESERVED = "reserved"


class GapCode(StrEnum):
    """What a supplier would have to show."""

    PURPOSE = "purpose"
    SHARE = "share"
    SHELTERED = "sheltered"
    SERVICE_PURPOSE = "service_purpose"
    PROFIT = "profit"
    PARTICIPATION = "participation"
    PUBLIC_BENEFIT = "public_benefit"
    NO_PUBLIC_CONTROL = "no_public_control"
    OLD = "old"
    SCOPE = "scope"
    CERT = "cert"
    CERT_EXPIRED = "cert_expired"
    LANGUAGE = "language"
    PLACE = "place"


class RefusalCode(StrEnum):
    """Why a pair does not match."""

    KIND = "kind"
    STATUS = "status"
    LATE = "late"
    RESERVED = "reserved"
    EXCLUDED_CPV = "excluded_cpv"
    EXCLUDED = "excluded"
    AREA = "area"
    INACTIVE = "inactive"
    NOHIT = "nohit"
    THRESHOLD = "threshold"
