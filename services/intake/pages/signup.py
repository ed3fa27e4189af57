"""A supplier signs up: one question a page, answers kept in the visitor's own signed cookie."""

import hashlib
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.intake.commands import Once
from services.intake.pages.desk import Desk, go_to, language_asked
from services.intake.pages.forms import signup as fields
from services.intake.pages.forms import values
from services.intake.pages.forms.signup import Answers
from services.intake.pages.places import PLACES_OF_COUNTY
from shared.codelists import COUNTIES, cpv_name, municipality_name
from shared.links import BadLink
from shared.web import FieldError, Form, chosen_language, day, number, read_form
from shared.web.formats import NO_BREAK

QUESTIONS = ("words", "trades", "places", "social", "contact")
COOKIE = "ombud_signup"
_KEPT_S = 24 * 3600


def signup_routes(desk: Desk, router: APIRouter) -> None:
    """`/anslut/1` to `/anslut/5`, and what comes after."""

    @router.get("/anslut")
    async def start() -> Response:
        return go_to("/anslut/1")

    @router.get("/anslut/klart")
    async def welcome(request: Request) -> HTMLResponse:
        return desk.page(request, "welcome.html")

    @router.get("/anslut/{step:int}")
    async def ask(request: Request, step: int) -> Response:
        answers, _ = _answers(desk, request)
        if (first := _first_unanswered(answers)) < step or step < 1:
            return go_to(f"/anslut/{min(first, len(QUESTIONS))}")
        return _question(desk, request, min(step, len(QUESTIONS)), answers, _filled(answers))

    @router.post("/anslut/{step:int}")
    async def answer(request: Request, step: int) -> Response:
        return await _take(desk, request, step)


async def _take(desk: Desk, request: Request, step: int) -> Response:
    """Take one question's answer in and go on, or ask again."""
    form = await read_form(request)
    answers, key = _answers(desk, request)
    if not 1 <= step <= _first_unanswered(answers):
        return go_to("/anslut/1")
    if language_asked(form):
        return _question(desk, request, step, answers, form)
    if not desk.csrf.holds(request, form):
        old = [FieldError("page-form", "error.old_page")]
        return _question(desk, request, step, answers, form, old)
    if step == len(QUESTIONS):
        return await _join(desk, request, answers, key, form)
    read = _read(desk, step, form)
    if isinstance(read, list):
        return _question(desk, request, step, answers, form, read)
    response = go_to(f"/anslut/{step + 1}")
    _keep(desk, response, answers.model_copy(update=read), key)
    return response


def _read(desk: Desk, step: int, form: Form) -> fields.Read:
    match QUESTIONS[step - 1]:
        case "words":
            return fields.read_words(form)
        case "trades":
            return fields.read_trades(form)
        case "places":
            return fields.read_places(form)
        case _:
            skipped = Form() if form.one("skip") else form
            return fields.read_social(skipped, desk.today())


def _answers(desk: Desk, request: Request) -> tuple[Answers, str]:
    """The answers so far, and the sign-up's own identifier."""
    try:
        kept = desk.links.read("signup", request.cookies.get(COOKIE, ""), _KEPT_S)
        return Answers.model_validate(kept["a"]), str(kept["k"])
    except (BadLink, KeyError, ValueError):
        return Answers(), str(uuid4())


def _keep(desk: Desk, response: Response, answers: Answers, key: str) -> None:
    response.set_cookie(
        COOKIE,
        desk.links.sign("signup", {"a": answers.model_dump(exclude_defaults=True), "k": key}),
        path="/anslut",
        httponly=True,
        samesite="lax",
        secure=desk.settings.public_url.startswith("https://"),
    )


def _first_unanswered(answers: Answers) -> int:
    if not answers.words:
        return 1
    if not answers.cpv:
        return 2
    return len(QUESTIONS) if answers.places_chosen else 3


def _filled(answers: Answers) -> Form:
    """The answers as the fields of their questions."""
    pairs = [("words", answers.words)]
    pairs += [("cpv", code) for code in answers.cpv]
    pairs += [("counties", code) for code in answers.counties]
    pairs += [("municipalities", code) for code in answers.municipalities]
    pairs += [("anywhere", "1")] if answers.anywhere else []
    pairs += [("strict", "1")] if answers.strict else []
    return Form([*pairs, *answers.social.items()])


def _question(
    desk: Desk,
    request: Request,
    step: int,
    answers: Answers,
    form: Form,
    errors: list[FieldError] | None = None,
) -> HTMLResponse:
    language = chosen_language(request, form.one("lang"))
    return desk.form_page(
        request,
        "signup.html",
        form,
        errors or [],
        step=step,
        steps=len(QUESTIONS),
        question=QUESTIONS[step - 1],
        chips=fields.chips(answers.words, language),
        places=PLACES_OF_COUNTY,
        summary=_summary(desk, answers, language),
    )


def _summary(desk: Desk, answers: Answers, language: str) -> list[tuple[int, str, str]]:
    """Number, question and answer in words."""

    def say(key: str, **params: Any) -> str:
        return desk.renderer.say(language, f"signup.{key}", **params)

    places = ", ".join(
        [COUNTIES[code].name for code in answers.counties]
        + [municipality_name(code) for code in answers.municipalities]
    )
    if answers.strict and places:
        places = say("places_strict", places=places)
    social = [
        (4, name, _said(desk, name, answers.social[name], language))
        for name in (*fields.CLAIMS, *fields.SHARES, "proof")
        if name in answers.social
    ]
    return [
        (1, "words", answers.words),
        (2, "trades", ", ".join(f"{cpv_name(code, language)} ({code})" for code in answers.cpv)),
        (3, "places", say("anywhere") if answers.anywhere else places),
        *(social or [(4, "social", say("unanswered"))]),
    ]


def _said(desk: Desk, name: str, answer: str, language: str) -> str:
    """An answer of question 4 as it is shown again."""
    if name in fields.CLAIMS:
        return desk.renderer.say(language, f"signup.answer_{answer}")
    if name in fields.SHARES:
        share = values.share(answer)
        return answer if share is None else f"{number(share, language)}{NO_BREAK}%"
    proof = values.iso_day(answer)
    return day(proof, language, desk.clock()) if proof else answer


async def _join(desk: Desk, request: Request, answers: Answers, key: str, form: Form) -> Response:
    errors = fields.read_contact(form)
    if errors:
        return _question(desk, request, len(QUESTIONS), answers, form, errors)
    given = fields.to_supplier(answers, form, chosen_language(request))
    fingerprint = hashlib.sha256(given.model_dump_json().encode()).hexdigest()
    # The fingerprint is in the key, so that a corrected address is another sign-up.
    once = Once(f"signup:{key}:{fingerprint[:16]}", fingerprint)
    await desk.commands.register_supplier(desk.settings.tenant_id, given, once)
    response = go_to("/anslut/klart")
    response.delete_cookie(COOKIE, path="/anslut")
    return response
