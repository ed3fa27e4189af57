"""Signed, purpose-bound links in mails."""

from typing import Any

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from itsdangerous.timed import TimestampSigner

from shared.clock import Clock


class BadLink(Exception):
    """The token was not signed by us for this purpose."""


class ExpiredLink(BadLink):
    """The token was ours, but is too old."""


class Links:
    """Signs and reads tokens. A token for one purpose is worthless for another."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def sign(self, purpose: str, payload: dict[str, Any]) -> str:
        """A URL-safe token that carries `payload` and the present instant."""
        return str(self._serializer(purpose).dumps(payload))

    def read(self, purpose: str, token: str, max_age_s: int | None = None) -> dict[str, Any]:
        """The payload. Raises `ExpiredLink` or `BadLink`."""
        try:
            payload = self._serializer(purpose).loads(token, max_age=max_age_s)
        except SignatureExpired as error:
            raise ExpiredLink from error
        except (BadSignature, UnicodeError) as error:
            raise BadLink from error
        if not isinstance(payload, dict):
            raise BadLink
        return payload

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        clock = self._clock

        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock().timestamp())

        return URLSafeTimedSerializer(self._secret, salt=f"ombud:{purpose}", signer=Signer)
