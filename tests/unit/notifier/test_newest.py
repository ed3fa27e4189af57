"""Of several records of one thing in a batch, the newest counts, in whatever order they came."""

from itertools import permutations

from services.notifier.domain.newest import newest_contacts, newest_matches, newest_tenders
from tests.integration.notifier.things import contact, erased, match, tender


def test_the_highest_revision_counts() -> None:
    for order in permutations([1, 2, 3]):
        seen = newest_tenders(("t1", tender(revision=revision)) for revision in order)
        assert [kept.revision for kept in seen.values() if kept] == [3]


def test_a_tombstone_beats_every_revision() -> None:
    for order in permutations([tender(revision=1), None, tender(revision=2)]):
        assert newest_tenders(("t1", body) for body in order) == {"t1": None}


def test_an_erased_contact_beats_a_later_revision() -> None:
    for order in permutations([contact(revision=3), erased(revision=2)]):
        assert newest_contacts(("r1", body) for body in order) == {"r1": erased(revision=2)}


def test_matches_are_compared_by_both_revisions_the_tenders_first() -> None:
    older, newer = match(tender_revision=1, supplier_revision=9), match(tender_revision=2)
    for order in permutations([older, newer]):
        assert newest_matches(order) == {("t1", "s1"): newer}
