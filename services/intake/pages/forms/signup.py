"""A supplier's sign-up, one question a page: each answer read alone, all of them at the end."""

from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from pydantic import BaseModel, ConfigDict, Field

from services.intake.domain.supplier_input import AreaInput, ConsentInput, SupplierInput
from services.intake.pages.forms import values
from shared.codelists import COUNTIES, CPV, MUNICIPALITIES, CpvSuggestion
from shared.contracts.codes import MailLanguage
from shared.contracts.supplier import Claim, ShareClaim, SocialProfile
from shared.web.forms import FieldError, Form

MAX_WORDS = 500
MAX_CHIPS = 8
MAX_MUNICIPALITIES = 60
MAX_NAME = 200
CLAIMS = ("purpose", "profit", "participation", "ideburen")
SHARES = ("share", "sheltered")
CONSENT_SOURCE = "web"


class Answers(BaseModel):
    """The answers so far. They travel in the visitor's own signed cookie, not in a table."""

    model_config = ConfigDict(frozen=True)

    words: str = ""
    cpv: tuple[str, ...] = ()
    anywhere: bool = False
    counties: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    strict: bool = False
    social: dict[str, str] = Field(default_factory=dict)

    @property
    def places_chosen(self) -> bool:
        return bool(self.anywhere or self.counties or self.municipalities)


Read = dict[str, Any] | list[FieldError]
"""What a question changes in `Answers`, or what is wrong."""


def read_words(form: Form) -> Read:
    """Question 1: what the supplier does, in its own words."""
    words = form.one("words")
    if len(words) < 2:
        return [FieldError("words", "error.words")]
    if len(words) > MAX_WORDS:
        return [FieldError("words", "error.long", {"most": MAX_WORDS})]
    return {"words": words}


def chips(words: str, language: str) -> list[CpvSuggestion]:
    """At most eight trades for the words: the best of each part first, then the next best."""
    parts = values.keywords(words) or [words]
    columns = [values.trades(part, language, MAX_CHIPS) for part in parts]
    rows = [column[row] for row in range(MAX_CHIPS) for column in columns if row < len(column)]
    return list({chip.code: chip for chip in rows}.values())[:MAX_CHIPS]


def read_trades(form: Form) -> Read:
    """Question 2: the trades ticked."""
    codes = [code for code in form.all("cpv") if code in CPV][: MAX_CHIPS * 2]
    return {"cpv": codes} if codes else [FieldError("cpv", "error.trade")]


def read_places(form: Form) -> Read:
    """Question 3: the whole country, or counties and municipalities."""
    counties = [code for code in form.all("counties") if code in COUNTIES]
    inside = [code for code in form.all("municipalities") if code in MUNICIPALITIES]
    # A municipality within a chosen county says nothing more.
    alone = [code for code in inside if MUNICIPALITIES[code].county.code not in counties]
    found = {
        "anywhere": form.one("anywhere") == "1",
        "counties": counties,
        "municipalities": alone,
        "strict": form.one("strict") == "1",
    }
    if found["anywhere"] and (counties or alone):
        return [FieldError("anywhere", "error.anywhere")]
    if not (found["anywhere"] or counties or alone):
        return [FieldError("anywhere", "error.places")]
    if len(alone) > MAX_MUNICIPALITIES:
        return [FieldError("anywhere", "error.many_places", {"most": MAX_MUNICIPALITIES})]
    return found


def read_social(form: Form, today: date) -> Read:
    """Question 4, which may be left empty: what reserved procurement asks about."""
    errors: list[FieldError] = []
    kept: dict[str, str] = {}
    for name in CLAIMS:
        if form.one(name) in ("y", "n"):
            kept[name] = form.one(name)
    for name in SHARES:
        if text := form.one(name):
            if values.share(text) is None:
                errors.append(FieldError(name, "error.share"))
            kept[name] = text[:10]
    if text := form.one("proof"):
        day = values.iso_day(text)
        if day is None or day > today:
            errors.append(FieldError("proof", "error.proof"))
        kept["proof"] = text[:10]
    return errors or {"social": kept}


def read_contact(form: Form) -> list[FieldError]:
    """Question 5: who and where to mail, and the consent."""
    errors: list[FieldError] = []
    name = form.one("name")
    if not name:
        errors.append(FieldError("name", "error.name"))
    elif len(name) > MAX_NAME:
        errors.append(FieldError("name", "error.long", {"most": MAX_NAME}))
    try:
        address = form.one("address")
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        errors.append(FieldError("address", "error.address"))
    if form.one("consent") != "yes":
        errors.append(FieldError("consent", "error.consent"))
    return errors


def social_profile(kept: dict[str, str]) -> SocialProfile:
    """The claims, each with the one date of proof that was given."""
    proof = values.iso_day(kept.get("proof", ""))

    def claim(name: str) -> Claim:
        said = kept.get(name)
        return Claim() if said is None else Claim(answer=said == "y", evidence_date=proof)

    def share(name: str) -> ShareClaim:
        percent = values.share(kept.get(name, ""))
        return ShareClaim() if percent is None else ShareClaim(percent=percent, evidence_date=proof)

    ideburen = claim("ideburen")
    return SocialProfile(
        integration_purpose=claim("purpose"),
        integration_share=share("share"),
        sheltered_share=share("sheltered"),
        profit_reinvested=claim("profit"),
        participation=claim("participation"),
        public_benefit=ideburen,
        # The question asks for both at once, so only a yes says something of each.
        no_public_control=ideburen if ideburen.answer else Claim(),
    )


def to_supplier(answers: Answers, form: Form, language: str) -> SupplierInput:
    """The profile, once all questions are answered and `read_contact` found nothing."""
    return SupplierInput(
        name=form.one("name"),
        address=form.one("address"),
        language=MailLanguage(language),
        consent=ConsentInput(given=True, source=CONSENT_SOURCE),
        cpv=list(answers.cpv),
        keywords=values.keywords(answers.words),
        area=AreaInput(
            municipalities=list(answers.municipalities),
            nuts=[COUNTIES[code].nuts3 for code in answers.counties],
            strict=answers.strict and not answers.anywhere,
        ),
        social=social_profile(answers.social),
    )
