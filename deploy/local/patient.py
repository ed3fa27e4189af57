"""An HTTP client that waits out a service that dies and comes back."""

import asyncio
import time

import httpx

PATIENCE_S = 120.0
_AGAIN_S = 0.3


class PatientTransport(httpx.AsyncBaseTransport):
    """Sends a request again until it is answered with less than 500, for `PATIENCE_S` at most.

    Only for requests that may arrive twice. Whether the first one arrived is not known when its
    answer is missing.
    """

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The first real answer, or the last failure when patience ends."""
        gives_up = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = await self._inner.handle_async_request(request)
            except httpx.TransportError:
                if time.monotonic() > gives_up:
                    raise
            else:
                if not answer.is_server_error or time.monotonic() > gives_up:
                    return answer
                await answer.aclose()
            await asyncio.sleep(_AGAIN_S)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()
