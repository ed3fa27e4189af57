"""Intake's pages: server-rendered, in Swedish and English, whole without JavaScript."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter
from markupsafe import Markup

from services.intake.commands import Commands
from services.intake.pages.csrf import Csrf
from services.intake.pages.desk import Desk
from services.intake.pages.forms.values import end_of_day
from services.intake.pages.ops import ops_routes
from services.intake.pages.problems import page_route, problem_page
from services.intake.pages.public import confirm_routes, public_routes
from services.intake.pages.publish import publish_routes
from services.intake.pages.signup import signup_routes
from services.intake.pages.topics_view import TopicsView
from services.intake.pages.views import Words
from services.intake.settings import Settings
from shared.clock import Clock
from shared.codelists import cpv_name, municipality_name
from shared.links import Links
from shared.locale import Phrases
from shared.web import Renderer, Site, duration
from shared.web.formats import STOCKHOLM

_HERE = Path(__file__).parent
LOCALE = _HERE.parent / "locale"

SITE = Site(
    home="/",
    menu=(("/kop/ny", "menu.publish"), ("/anslut/1", "menu.signup")),
    accessibility_url="/tillganglighet",
)


def make_renderer(clock: Clock) -> Renderer:
    """Intake's templates and sentences in the common layout."""
    renderer = Renderer([_HERE / "templates"], [Phrases(LOCALE)], clock, SITE)
    renderer.env.globals.update(
        cpv_name=cpv_name,
        municipality_name=municipality_name,
        duration=duration,
        lang_of=lang_of,
    )
    filters: dict[str, Callable[..., object]] = {"end_of_day": end_of_day, "instant": instant}
    renderer.env.filters.update(filters)
    return renderer


def routes(
    commands: Commands, settings: Settings, links: Links, clock: Clock, renderer: Renderer
) -> APIRouter:
    """The router of all pages; the style sheet is mounted beside it (`shared.web.static_files`)."""
    desk = Desk(
        commands=commands,
        settings=settings,
        renderer=renderer,
        links=links,
        csrf=Csrf(links, secure=settings.public_url.startswith("https://")),
        clock=clock,
    )
    router = APIRouter(include_in_schema=False, route_class=page_route(problem_page(renderer)))
    public_routes(desk, router)
    confirm_routes(desk, router)
    signup_routes(desk, router)
    publish_routes(desk, router)
    ops_routes(desk, router, TopicsView(settings, clock))
    return router


def lang_of(words: Words) -> Markup:
    """The `lang` attribute of a text that may be in another language than the page."""
    return Markup(' lang="{}"').format(words.language) if words.text else Markup("")


def instant(at: datetime) -> str:
    """Local time to the millisecond, for operators: `14:03:21.042`."""
    return at.astimezone(STOCKHOLM).strftime("%H:%M:%S.%f")[:-3]
