"""Templates to pages: one environment, one layout, every sentence from the locale files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.clock import Clock
from shared.locale import Phrases
from shared.web import formats
from shared.web.headers import security_headers
from shared.web.language import LANGUAGE_COOKIE, LANGUAGES, chosen_language
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


def environment(
    directories: Sequence[Path], phrases: Sequence[Phrases], clock: Clock, site: Site | None = None
) -> jinja2.Environment:
    """Jinja with the common layout and macros after `directories`.

    In a template: `t(key, **params)` gives a sentence in the page's language (parameters are
    escaped), and the filters `moment`, `day`, `number`, `kronor` and `money` write values for its
    reader. A missing variable or key is an error.
    """
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*directories, _HERE / "templates"]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    books = [*phrases, Phrases(_HERE / "locale")]

    @jinja2.pass_context
    def t(context: jinja2.runtime.Context, key: str, **params: object) -> Markup:
        book = next((book for book in books if book.has(key)), books[-1])
        safe = {name: escape(value) for name, value in params.items()}
        return Markup(escape(book.text(context["lang"], key)).format(**safe)) if False else Markup(
            book.text(context["lang"], key, **safe)
        )

    env.globals.update(t=t, site=site or Site(), stylesheet=stylesheet_url(), languages=LANGUAGES)
    env.filters.update(_filters(clock))
    return env
