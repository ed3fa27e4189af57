"""eForms: the notices of the Publications Office, all subtypes, SDK 1.x, national variants."""

from services.intake.sources.eforms.reader import read_notice

__all__ = ["read_notice"]
