"""Which language a page is shown in: what was asked for, else the cookie, else the browser's."""

from babel.core import negotiate_locale
from starlette.requests import Request

LANGUAGES = ("sv", "en")
LANGUAGE_COOKIE = "ombud_lang"


def _accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header, best first."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        if tag and quality > 0:
            weighed.append((-quality, place, tag))
    return [tag for _, _, tag in sorted(weighed)]


def chosen_before(request: Request) -> str:
    """The language without what this request asks for: the cookie's, else the browser's."""
    remembered = request.cookies.get(LANGUAGE_COOKIE)
    if remembered in LANGUAGES:
        return str(remembered)
    tags = _accepted(request.headers.get("accept-language", ""))
    return negotiate_locale(tags, LANGUAGES, sep="-") or LANGUAGES[0]


def chosen_language(request: Request, asked: str = "") -> str:
    """`sv` or `en`; `asked` (a form's own language button) beats `?lang=` beats the cookie."""
    for wish in (asked, request.query_params.get("lang")):
        if wish in LANGUAGES:
            return str(wish)
    return chosen_before(request)
