"""Who may use form and board: anyone on an open local stack, else who holds a key."""

import base64
import binascii
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.intake.keys import Scope
from services.intake.pages.desk import Desk

Access = Callable[[Request], Awaitable[str]]
"""Gives the tenant that the visitor acts for."""


def access(desk: Desk, scope: Scope) -> Access:
    """A dependency: the tenant, or HTTPException 401 (asks for a key) or 403 (another scope).

    The key is the password of HTTP Basic; the user name is ignored.
    """

    async def tenant(request: Request) -> str:
        if desk.settings.open_pages:
            return desk.settings.tenant_id
        caller = await desk.commands.caller(_password(request))
        if caller is None:
            raise HTTPException(401, headers={"WWW-Authenticate": 'Basic realm="Ombud"'})
        if not caller.may(scope):
            raise HTTPException(403)
        return caller.tenant_id

    return tenant


def _password(request: Request) -> str:
    kind, _, credentials = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
