"""The committed example suppliers are what the generator makes, and cover what matters."""

import json
from typing import Any

from deploy.local.feeder_suppliers import FILE, FOLDER, SEED, SOCIAL_COUNT, generate, render


def suppliers() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text().splitlines()]


def social() -> list[dict[str, Any]]:
    return suppliers()[-SOCIAL_COUNT:]


def ages(supplier: dict[str, Any]) -> list[int | None]:
    return [claim.get("evidence_age_days") for claim in supplier["social"].values()]


def test_the_committed_file_is_what_the_generator_makes() -> None:
    assert render(generate(SEED, FOLDER)) == FILE.read_text()


def test_another_seed_makes_other_suppliers() -> None:
    assert render(generate(SEED + 1, FOLDER)) != FILE.read_text()


def test_there_are_at_least_300_suppliers_with_addresses_nobody_owns() -> None:
    addresses = {supplier["address"] for supplier in suppliers()}
    assert len(addresses) == len(suppliers()) >= 300
    assert all(address.endswith(".example") for address in addresses)


def test_social_enterprises_have_complete_missing_and_expired_evidence() -> None:
    fresh = [s for s in social() if all(age is not None and age <= 365 for age in ages(s))]
    undated = [s for s in social() if None in ages(s)]
    expired = [s for s in social() if any(age is not None and age > 365 for age in ages(s))]
    assert min(len(fresh), len(undated), len(expired)) >= 5
    assert len(social()) >= 40


def test_profiles_differ_in_language_threshold_area_and_exclusions() -> None:
    assert {supplier["language"] for supplier in suppliers()} == {"sv", "en"}
    assert len({supplier["threshold"] for supplier in suppliers()}) >= 5
    assert sum(supplier["area"]["strict"] for supplier in suppliers()) >= 20
    assert sum(bool(supplier["excluded_cpv"]) for supplier in suppliers()) >= 10
    assert sum(bool(supplier["excluded_keywords"]) for supplier in suppliers()) >= 10
