"""Only our own pages may send our forms: a signed token, bound to a cookie of the browser."""

import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from shared.links import BadLink, Links
from shared.web import Form

COOKIE = "ombud_form"
FIELD = "form_token"
MAX_AGE_S = 12 * 3600


class Csrf:
    """Issues and checks tokens; `secure` keeps the cookie to https."""

    def __init__(self, links: Links, *, secure: bool) -> None:
        self._links = links
        self._secure = secure

    def browser(self, request: Request) -> str:
        """The browser's own random value: from its cookie, else a new one."""
        return request.cookies.get(COOKIE) or secrets.token_urlsafe(16)

    def token(self, browser: str) -> str:
        """The hidden field `form_token` of a form shown to `browser`."""
        return self._links.sign("form", {"b": browser})

    def remember(self, request: Request, response: Response, browser: str) -> None:
        """Give a new browser its cookie."""
        if request.cookies.get(COOKIE) != browser:
            response.set_cookie(
                COOKIE, browser, httponly=True, samesite="strict", secure=self._secure
            )

    def holds(self, request: Request, form: Form) -> bool:
        """Whether the form came from a page that this browser was given lately."""
        try:
            payload = self._links.read("form", form.one(FIELD), MAX_AGE_S)
        except BadLink:
            return False
        bound = str(payload.get("b", ""))
        return bool(bound) and hmac.compare_digest(bound, request.cookies.get(COOKIE, ""))
