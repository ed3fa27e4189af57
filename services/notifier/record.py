"""The mail server's own record of what it accepted, asked by Message-ID."""

from typing import Protocol

import httpx


class DeliveryRecord(Protocol):
    """Where one can see whether the mail server has a mail."""

    async def accepted(self, message_id: str) -> bool | None:
        """Has the server accepted the mail? None: it cannot be told now."""
        ...


class InboxRecord:
    """The record over HTTP: `GET {url}/api/messages?message_id=...` gives a list of messages."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/") + "/api/messages"

    async def accepted(self, message_id: str) -> bool | None:
        try:
            answer = await self._client.get(self._url, params={"message_id": message_id})
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError):
            return None
        if not isinstance(found, list):
            return None
        return any(
            isinstance(message, dict) and message.get("message_id") == message_id
            for message in found
        )
