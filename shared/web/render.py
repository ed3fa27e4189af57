"""Templates to pages: one environment, one layout, every sentence from the locale files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import jinja2
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.clock import Clock
from shared.locale import Phrases
from shared.web import formats
from shared.web.headers import security_headers
from shared.web.language import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    chosen_before,
    chosen_language,
)
from shared.web.static import stylesheet_url

_HERE = Path(__file__).parent
_YEAR_SECONDS = 365 * 24 * 3600

Filter = Callable[..., str]


@dataclass(frozen=True)
class Site:
    """What the layout says of a site: where its name leads, its menu and its statement.

    `menu` holds (address, key of the words); `accessibility_url` is the statement's page.
    """

    home: str = "/"
    menu: tuple[tuple[str, str], ...] = ()
    accessibility_url: str | None = None


class Say(Protocol):
    """The sentence of a key in a language. Raises KeyError for an unknown key or parameter."""

    def __call__(self, language: str, key: str, **params: object) -> str: ...


def speaker(phrases: Sequence[Phrases]) -> Say:
    """Sentences of `phrases`, the first that has the key, else of the common layout."""
    books = [*phrases, Phrases(_HERE / "locale")]

    def say(language: str, key: str, **params: object) -> str:
        book = next((book for book in books if book.has(key)), books[-1])
        return book.text(language, key, **params)

    return say


def environment(
    directories: Sequence[Path],
    phrases: Sequence[Phrases],
    clock: Clock,
    site: Site | None = None,
) -> jinja2.Environment:
    """Jinja with the common layout and macros after `directories`.

    In a template: `t(key, **params)` gives a sentence in the page's language; the filters
    `moment`, `day`, `number`, `kronor` and `money` write values for its reader. A missing
    variable or key is an error.
    """
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*directories, _HERE / "templates"]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    say = speaker(phrases)

    @jinja2.pass_context
    def t(context: jinja2.runtime.Context, key: str, **params: object) -> str:
        return say(context["lang"], key, **params)

    env.globals.update(t=t, site=site or Site(), stylesheet=stylesheet_url(), languages=LANGUAGES)
    env.filters.update(_filters(clock))
    return env


def _filters(clock: Clock) -> dict[str, Filter]:
    def in_page(write: Callable[..., str]) -> Filter:
        @jinja2.pass_context
        def written(context: jinja2.runtime.Context, value: object) -> str:
            return write(value, context["lang"])

        return written

    def dated(write: Callable[..., str]) -> Filter:
        return in_page(lambda value, language: write(value, language, clock()))

    return {
        "moment": dated(formats.moment),
        "day": dated(formats.day),
        "number": in_page(formats.number),
        "kronor": in_page(formats.kronor),
        "money": in_page(formats.money),
    }


class Renderer:
    """Renders templates as whole pages of one site."""

    def __init__(
        self,
        directories: Sequence[Path],
        phrases: Sequence[Phrases],
        clock: Clock,
        site: Site | None = None,
    ) -> None:
        self.env = environment(directories, phrases, clock, site)
        self.say = speaker(phrases)

    def render(self, template: str, language: str, **values: object) -> str:
        """The template's text in `language`, without a request (`here` is the home page)."""
        values.setdefault("here", URL("/"))
        return self.env.get_template(template).render(lang=language, **values)

    def page(
        self,
        request: Request,
        template: str,
        *,
        status_code: int = 200,
        language: str | None = None,
        policy: dict[str, str] | None = None,
        **values: object,
    ) -> HTMLResponse:
        """A page in the language of `request` (or `language`), with the security headers.

        `policy` changes directives of the Content-Security-Policy (`{"frame_src": "'self'"}`).
        A language asked for by `?lang=` or `language` is remembered for a year.
        """
        language = language or chosen_language(request)
        text = self.render(template, language, here=request.url, **values)
        headers = security_headers(**(policy or {})) | {"Content-Language": language}
        response = HTMLResponse(text, status_code=status_code, headers=headers)
        if language != chosen_before(request):
            response.set_cookie(
                LANGUAGE_COOKIE,
                language,
                max_age=_YEAR_SECONDS,
                samesite="lax",
                httponly=True,
            )
        return response
