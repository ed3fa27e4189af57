"""What a reader finds in a tender mail."""

import re

import pytest

from services.notifier.render import MailRenderer
from shared.contracts.codes import ClauseCode, Reservation, ReservedExecution, TenderKind
from shared.contracts.match import Gap, Reason
from shared.contracts.tender import Buyer, Clause, Lot, Tender
from tests.unit.mails.examples import (
    LINKS,
    lot,
    lot_match,
    match,
    reader,
    social_match,
    social_tender,
    tender,
)
from tests.unit.mails.html import check_html, links_of, visible_text

MAILS = MailRenderer()
PURPOSE_GAP = Gap(code="purpose", params={"reservation": "res-ws"})


def test_the_subject_says_what_who_and_until_when() -> None:
    mail = MAILS.tender_mail(tender(), [match()], reader(), LINKS)
    assert mail.subject == "Städning av förskolor – Helsingborgs stad, sista dag 4 dec"
    mail = MAILS.tender_mail(tender(), [match()], reader("en"), LINKS)
    assert mail.subject == "Städning av förskolor – Helsingborgs stad, last day 4 Dec"


def test_the_subject_names_the_year_unless_it_is_that_of_publication() -> None:
    later = lot(deadline="2028-01-15T10:00:00+01:00")
    mail = MAILS.tender_mail(tender(later), [match()], reader(), LINKS)
    assert mail.subject.endswith("sista dag 15 jan 2028")


def test_the_subject_without_a_deadline_names_no_day() -> None:
    mail = MAILS.tender_mail(tender(lot(deadline=None)), [match()], reader(), LINKS)
    assert mail.subject == "Städning av förskolor – Helsingborgs stad"
    assert "Ingen angiven, öppen tills köparen stänger" in mail.text


def test_control_characters_and_line_breaks_never_reach_the_subject() -> None:
    bad = {"sv": "Städ\r\nBcc: kim@firma.example\u202e\u2028 idag\x07"}
    mail = MAILS.tender_mail(tender(title=bad), [match()], reader(), LINKS)
    assert mail.subject.startswith("Städ Bcc: kim@firma.example idag – ")
    assert mail.subject.isprintable()


def test_a_long_title_does_not_push_the_last_day_out_of_the_subject() -> None:
    mail = MAILS.tender_mail(tender(title={"sv": "Ramavtal " * 60}), [match()], reader(), LINKS)
    assert len(mail.subject) < 200
    assert mail.subject.endswith("… – Helsingborgs stad, sista dag 4 dec")


def test_the_first_lines_answer_what_who_where_how_much_and_until_when() -> None:
    text = MAILS.tender_mail(tender(), [match()], reader(), LINKS).text
    head = text[: text.index("Därför får du mejlet")]
    for words in (
        "Städning av förskolor",
        "Köpare: Helsingborgs stad",
        "Plats: Helsingborg",
        "Värde: 450\u00a0000\u00a0kr exkl. moms",
        "Sista dag: fredag 4 dec 2026 kl. 23.59",
        "Du kan lämna anbud",
        "Enligt din profil. Köparen avgör.",
        "Läs underlaget och lämna anbud.",
        "https://handlingar.example/forskolor?id=7&lang=sv",
    ):
        assert words in head


def test_a_possible_bid_names_what_to_show_and_how() -> None:
    found = match(lot_match(gaps=[PURPOSE_GAP]))
    text = MAILS.tender_mail(tender(), [found], reader(), LINKS).text
    assert "Möjlig: visa att främsta syftet är social och yrkesmässig integration" in text
    assert "Bifoga stadgar" in text
    assert "Du kan lämna anbud" not in text


def test_many_gaps_are_counted_in_the_verdict_and_listed_below() -> None:
    gaps = [Gap(code=code, params={"reservation": "se-19-25a"}) for code in ("profit", "purpose")]
    gaps.append(Gap(code="cert", params={"code": "ISO 9001"}))
    text = MAILS.tender_mail(tender(), [match(lot_match(gaps=gaps))], reader(), LINKS).text
    assert "Möjlig: visa 3 saker" in text
    assert "- Vinsten inte delas ut." in text
    assert "- Ni har ISO 9001." in text


def test_an_old_entry_is_named_with_its_date_and_what_it_says() -> None:
    gap = Gap(code="old", params={"reservation": "res-ws", "what": "share", "date": "2025-03-01"})
    text = MAILS.tender_mail(tender(), [match(lot_match(gaps=[gap]))], reader("en"), LINKS).text
    assert "Possible: show that your entry of 1 Mar 2025 holds" in text
    assert "The entry says that at least 30% of those occupied are disabled" in text


def test_lots_with_different_verdicts_are_counted() -> None:
    text = MAILS.tender_mail(social_tender(), [social_match()], reader(), LINKS).text
    assert "** Du kan lämna anbud på 1 av 2 anbudsområden som passar **" in text
    assert "- Främsta syftet är social och yrkesmässig integration." in text


def test_no_score_and_no_points_are_shown() -> None:
    mail = MAILS.tender_mail(tender(), [match(lot_match(score=73.9))], reader(), LINKS)
    assert "73" not in mail.text
    assert "73" not in visible_text(mail.html)


def test_what_speaks_against_is_not_given_as_a_reason() -> None:
    reasons = [
        Reason(code="cpv", params={"code": "90911200", "tender_code": "90911200"}, points=50),
        Reason(code="value_over", params={"amount": 9_000_000}, points=-5),
    ]
    text = MAILS.tender_mail(tender(), [match(lot_match(reasons=reasons))], reader(), LINKS).text
    why, _, caution = text.partition("Tänk på:")
    assert "Större än ni har angett: 9\u00a0000\u00a0000\u00a0kr" in caution
    assert "Större" not in why


def test_contract_terms_never_read_as_conditions_for_bidding() -> None:
    terms = lot(clauses=[Clause(code=ClauseCode.EMPLOYMENT, text={"sv": "Två ska anställas."})])
    text = MAILS.tender_mail(tender(terms), [match()], reader(), LINKS).text
    assert "Du kan lämna anbud" in text
    assert "du behöver inte uppfylla dem när du lämnar anbud" in text
    assert "Anställningskrav (LOU\u00a017\u00a0kap.\u00a01\u00a0§)" in text
    assert "Köparen skriver: ”Två ska anställas.”" in text


def test_one_of_several_reserved_groups_is_enough_and_the_mail_says_so() -> None:
    both = lot(reserved=["res-ws", "res-pub-ser"])
    text = MAILS.tender_mail(tender(both), [match()], reader(), LINKS).text
    assert "Det räcker att ni hör till en av grupperna." in text
    text = MAILS.tender_mail(tender(lot(reserved=["res-ws"])), [match()], reader(), LINKS).text
    assert "Det räcker" not in text


def test_swedish_sections_are_not_cited_as_law_for_a_foreign_buyer() -> None:
    polish = lot(reserved=["res-ws"], municipalities=[], nuts=["PL911"], countries=["POL"])
    text = MAILS.tender_mail(tender(polish), [match()], reader(), LINKS).text
    assert "(motsvarar\u00a0LOU\u00a04\u00a0kap.\u00a018\u00a0§\u00a0p.\u00a01)" in text


def test_a_foreign_text_says_its_language_and_carries_it_in_the_html() -> None:
    foreign = tender(title={"pl": "Sprzątanie"}, description={"pl": "Opis."}, language="pl")
    mail = MAILS.tender_mail(foreign, [match()], reader(), LINKS)
    assert "Köparens text är på polska." in mail.text
    assert '<h1 lang="pl"' in mail.html
    assert '<html lang="sv"' in mail.html


def test_the_reader_gets_its_own_language_where_the_notice_has_it() -> None:
    both = tender(title={"fi": "Siivous", "en": "Cleaning", "sv": "Städning"}, language="fi")
    assert MAILS.tender_mail(both, [match()], reader("en"), LINKS).subject.startswith("Cleaning")
    both = tender(title={"fi": "Siivous", "et": "Koristus"}, language="fi")
    assert MAILS.tender_mail(both, [match()], reader("en"), LINKS).subject.startswith("Siivous")


def test_several_lots_stand_best_first_and_at_most_five() -> None:
    lots = [lot(f"LOT-{n:04}", title={"sv": f"Del {n}"}) for n in range(1, 13)]
    found = match(*(lot_match(f"LOT-{n:04}", score=90 - n) for n in (7, 3, 1, 2, 4, 5, 6)))
    text = MAILS.tender_mail(tender(*lots), [found], reader(), LINKS).text
    assert "Upphandlingen har 12 anbudsområden. 7 passar din profil." in text
    assert text.index("LOT-0007: Del 7") < text.index("LOT-0003: Del 3") < text.index("LOT-0001")
    assert "LOT-0005: Del 5" not in text
    assert f"Se alla 7 anbudsområden som passar: {LINKS.tender}" in text


def test_values_are_added_only_where_every_lot_has_one() -> None:
    lots = [lot("LOT-0001"), lot("LOT-0002")]
    found = match(lot_match("LOT-0001"), lot_match("LOT-0002"))
    text = MAILS.tender_mail(tender(*lots), [found], reader(), LINKS).text
    assert "Värde: 900\u00a0000\u00a0kr exkl. moms för 2 anbudsområden" in text
    lots = [lot("LOT-0001"), lot("LOT-0002", value=None)]
    text = MAILS.tender_mail(tender(*lots), [found], reader(), LINKS).text
    assert "Värde: Se anbudsområdena nedan" in text


def test_many_places_are_counted() -> None:
    spread = lot(municipalities=["1283", "1281", "1280", "0180", "1480"])
    text = MAILS.tender_mail(tender(spread), [match()], reader(), LINKS).text
    assert "Plats: Helsingborg, Lund, Malmö och 2 till" in text


def test_the_earliest_of_several_deadlines_is_named() -> None:
    lots = [lot("LOT-0001"), lot("LOT-0002", deadline="2026-12-01T12:00:00+01:00")]
    found = match(lot_match("LOT-0001"), lot_match("LOT-0002"))
    mail = MAILS.tender_mail(tender(*lots), [found], reader(), LINKS)
    assert mail.subject.endswith("sista dag 1 dec")
    assert "tisdag 1 dec 2026 kl. 12.00 (den första)" in mail.text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://filer.example/x",
        "https://bank.example@ond.example/",
        "https:// ond.example",
        "https://ond.example/\u202etxt",
        "http://[::1",
        "underlaget finns hos oss",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    mail = MAILS.tender_mail(tender(lot(documents_url=url)), [match()], reader(), LINKS)
    assert "Läs hela upphandlingen" in mail.text
    assert {link.partition("?")[0] for link in links_of(mail.html)} == {
        LINKS.tender,
        LINKS.unsubscribe,
    }


def test_the_host_of_a_link_is_shown_in_ascii() -> None:
    mail = MAILS.tender_mail(
        tender(lot(documents_url="https://bänk.example/å")), [match()], reader(), LINKS
    )
    assert "Länken går till xn--bnk-qla.example" in visible_text(mail.html)
    assert "https://xn--bnk-qla.example/%C3%A5" in mail.text


def test_markup_of_a_buyer_is_shown_and_not_run() -> None:
    evil = '<img src=x onerror="alert(1)"></td><style>*{}</style>{{ lang }}'
    mail = MAILS.tender_mail(
        tender(
            lot(title={"sv": evil}, clauses=[Clause(code=ClauseCode.DIALOGUE, text={"sv": evil})]),
            title={"sv": evil},
            description={"sv": evil},
            buyers=[Buyer(name=evil)],
        ),
        [match()],
        reader(),
        LINKS,
    )
    assert "<img" not in mail.html
    assert mail.html.count("<style") == 1
    assert evil in visible_text(mail.html)
    check_html(mail.html)


def test_a_long_description_is_cut_at_a_sentence_with_a_link() -> None:
    long = {"sv": "Uppdraget gäller städning. " * 400}
    text = MAILS.tender_mail(tender(description=long), [match()], reader(), LINKS).text
    about = text[text.index("Om upphandlingen:") :]
    assert len(about) < 1_200
    assert "städning.\nLäs hela texten: https://ombud.example/upphandlingar/7f0c" in about


def test_an_unknown_code_gives_a_general_sentence_and_no_failure() -> None:
    odd = match(
        lot_match(
            gaps=[Gap(code="moon"), Gap(code="old", params={"date": "yesterday"})],
            reasons=[Reason(code="moon", points=3), Reason(code="value", points=2)],
        )
    )
    for lang, why, missing in (
        ("sv", "Liknar det du har valt", "Ni uppfyller ett krav i underlaget."),
        ("en", "Like what you chose", "You meet a requirement in the documents."),
    ):
        text = MAILS.tender_mail(tender(), [odd], reader(lang), LINKS).text
        assert why in text
        assert missing in text


def test_a_tender_with_almost_nothing_still_makes_a_whole_mail() -> None:
    bare = tender(
        Lot(lot_id="LOT-0001", status="open"),
        title={},
        description={},
        buyers=[],
        language=None,
        published_at=None,
    )
    mail = MAILS.tender_mail(bare, [match(lot_match(reasons=[Reason(code="x")]))], reader(), LINKS)
    assert mail.subject == "Upphandling utan rubrik – Köpare inte angiven"
    assert "Plats: Inte angiven" in mail.text
    check_html(mail.html)


def test_a_consultation_invites_and_gives_no_verdict() -> None:
    asked = tender(kind=TenderKind.MARKET_CONSULTATION)
    found = match(lot_match(reasons=[Reason(code="invitation"), Reason(code="dialogue", points=2)]))
    mail = MAILS.tender_mail(asked, [found], reader(), LINKS)
    assert mail.subject == "Dialog: Städning av förskolor – Helsingborgs stad"
    assert "Köparen bjuder in till dialog" in mail.text
    assert "lämna anbud" not in mail.text


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("reservation", [*Reservation, "execution"])
def test_every_reservation_has_words_a_section_and_valid_html(reservation: str, lang: str) -> None:
    reserved = (
        lot(reserved_execution=ReservedExecution.YES)
        if reservation == "execution"
        else lot(reserved=[reservation])
    )
    mail = MAILS.tender_mail(tender(reserved), [match()], reader(lang), LINKS)
    assert {"sv": "Vem som får lämna anbud:", "en": "Who may bid:"}[lang] in mail.text
    assert "(LOU\u00a0" in mail.text
    check_html(mail.html)


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("code", list(ClauseCode))
def test_every_contract_term_has_words_and_valid_html(code: ClauseCode, lang: str) -> None:
    mail = MAILS.tender_mail(
        tender(lot(clauses=[Clause(code=code)])), [match()], reader(lang), LINKS
    )
    assert {"sv": "Villkor under avtalet:", "en": "Terms during the contract:"}[lang] in mail.text
    check_html(mail.html)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_text_and_html_say_the_same_in_the_same_order(lang: str) -> None:
    mail = MAILS.tender_mail(social_tender(), [social_match()], reader(lang), LINKS)
    said = [w for line in mail.text.split() if "://" not in line for w in re.findall(r"\w+", line)]
    shown = iter(re.findall(r"\w+", visible_text(mail.html)))
    assert [word for word in said if word not in shown] == []


def test_the_same_arguments_give_the_same_mail() -> None:
    def mail(of: Tender) -> tuple[str, str, str]:
        made = MailRenderer().tender_mail(of, [social_match()], reader(), LINKS)
        return made.subject, made.text, made.html

    assert mail(social_tender()) == mail(social_tender())
