"""The record of a Mailpit server, which stands in for a mail server when trying things."""

import httpx


class MailpitRecord:
    """`GET {url}/api/v1/search` finds messages by their Message-ID."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/") + "/api/v1/search"

    async def accepted(self, message_id: str) -> bool | None:
        """Has the server accepted the mail? None: it cannot be told now."""
        bare = message_id.strip("<>")
        try:
            answer = await self._client.get(self._url, params={"query": f'message-id:"{bare}"'})
            answer.raise_for_status()
            found = answer.json()["messages"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None
        if not isinstance(found, list):
            return None
        return any(
            isinstance(message, dict) and message.get("MessageID") == bare for message in found
        )
