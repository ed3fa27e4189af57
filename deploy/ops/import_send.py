"""Sends notices to intake over HTTP; each has its own id, so that trying again is harmless."""

import httpx
import stamina

from deploy.ops.import_read import Readable
from services.intake.sources.errors import SourceError

_TRIES = 6
_TIMEOUT_S = 60.0


class _TryAgain(Exception):
    """Intake is there and cannot take it now (429, 5xx)."""


class NotSent(Exception):
    """Intake cannot be reached, or turns the caller away: the rest would fare alike."""


class Refused(SourceError):
    """Intake read the notice and did not take it in; code and detail are intake's own."""

    def __init__(self, code: str, message: str, where: str) -> None:
        Exception.__init__(self, f"{code}: {message}")
        self.code = code  # type: ignore[assignment]  # intake has codes beside the readers'
        self.message = message
        self.where = where


class Intake:
    """Intake's API at one address, with one key."""

    def __init__(self, url: str, key: str) -> None:
        stamina.instrumentation.set_on_retry_hooks(
            []
        )  # what a user needs to know is said at the end
        self._url = url
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=_TIMEOUT_S
        )

    def close(self) -> None:
        self._client.close()

    def send(self, notice: Readable) -> bool:
        """Send one notice; True if it was new, False if intake held it already.

        Raises Refused for this notice, NotSent where no other would fare better.
        """
        try:
            response = self._post(notice)
        except (httpx.TransportError, _TryAgain) as error:
            raise NotSent(
                f"Intake does not answer at {self._url} ({error}). See that it runs, or give "
                "another --url; then import again: what was sent is not sent twice"
            ) from None
        if response.status_code in (401, 403):
            raise NotSent(
                f"Intake turned the key away ({_problem(response).message}). "
                "Make one with: ombud keys create --scope publish"
            )
        if response.is_error:
            raise _problem(response)
        return response.status_code == httpx.codes.CREATED

    def _post(self, notice: Readable) -> httpx.Response:
        headers = {"Content-Type": notice.media_type}
        for attempt in stamina.retry_context(
            on=(httpx.TransportError, _TryAgain), attempts=_TRIES, timeout=None
        ):
            with attempt:
                response = self._client.post(notice.path, content=notice.body, headers=headers)
                if response.status_code == 429 or response.is_server_error:
                    raise _TryAgain(f"HTTP {response.status_code}")
        return response


def _problem(response: httpx.Response) -> Refused:
    """RFC 9457 problem details, as far as the answer has them."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    details = body if isinstance(body, dict) else {}
    code = str(details.get("code") or f"http_{response.status_code}")
    message = str(details.get("detail") or details.get("title") or response.reason_phrase)
    return Refused(code, message, str(details.get("where") or ""))
