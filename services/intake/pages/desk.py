"""What all pages of intake are given, and how they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.intake.commands import Commands
from services.intake.pages.csrf import Csrf
from services.intake.settings import Settings
from shared.clock import Clock
from shared.links import BadLink, Links
from shared.web import FieldError, Form, Renderer, chosen_language
from shared.web.formats import local_date

FORM_ID = "page-form"
"""The form that the language button of the footer sends, so that nothing typed is lost."""

Errors = dict[str, str]
"""Field -> sentence."""


@dataclass(frozen=True)
class Desk:
    """The parts that pages work with."""

    commands: Commands
    settings: Settings
    renderer: Renderer
    links: Links
    csrf: Csrf
    clock: Clock

    def page(
        self, request: Request, template: str, *, status_code: int = 200, **values: object
    ) -> HTMLResponse:
        """A page without a form."""
        return self.renderer.page(
            request, template, status_code=status_code, language=None, policy=None, **values
        )

    def form_page(
        self,
        request: Request,
        template: str,
        form: Form,
        errors: Sequence[FieldError] = (),
        status_code: int | None = None,
        **values: object,
    ) -> HTMLResponse:
        """A page with a form, filled in as `form`, with its errors in the page's language."""
        language = chosen_language(request, form.one("lang"))
        browser = self.csrf.browser(request)
        response = self.renderer.page(
            request,
            template,
            status_code=status_code or (422 if errors else 200),
            language=language,
            form=form,
            errors=self.sentences(language, errors),
            form_token=self.csrf.token(browser),
            language_form=FORM_ID,
            policy=None,
            **values,
        )
        self.csrf.remember(request, response, browser)
        return response

    def sentences(self, language: str, errors: Sequence[FieldError]) -> Errors:
        """The first error of each field, in words."""
        said: Errors = {}
        for error in errors:
            said.setdefault(error.name, self.renderer.say(language, error.key, **error.params))
        return said

    def kept(self, purpose: str, signed: str) -> str:
        """The text that a cookie of ours keeps for its browser, or the empty text."""
        try:
            return str(self.links.read(purpose, signed).get("v", ""))
        except BadLink:
            return ""

    def today(self) -> date:
        """The day in Sweden."""
        return local_date(self.clock())


def go_to(path: str) -> RedirectResponse:
    """See the next page by GET, so that reloading and Back repeat nothing."""
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def language_asked(form: Form) -> bool:
    """Whether the footer's language button was pressed: show the same page, check nothing."""
    return bool(form.one("lang"))
