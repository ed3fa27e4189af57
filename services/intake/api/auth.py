"""Who calls: API keys as bearer tokens, checked before a body is read."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.intake.api.problems import Problem
from services.intake.keys import Caller, Scope

_bearer = HTTPBearer(auto_error=False, description="An API key: `ombud keys create`")
CheckKey = Callable[[str], Awaitable[Caller | None]]


def requires(check: CheckKey, *scopes: Scope) -> Callable[..., Awaitable[Caller]]:
    """A dependency: the caller, whose key has one of `scopes`. Raises `Problem` 401 or 403."""

    async def caller(
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Caller:
        found = await check(credentials.credentials) if credentials else None
        if found is None:
            raise Problem(
                401,
                "unauthorized",
                "An API key is needed: Authorization: Bearer ombud_…",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if not found.may(*scopes):
            needed = " or ".join(scopes)
            raise Problem(403, "forbidden", f"This needs a key with scope {needed}")
        return found

    return caller
