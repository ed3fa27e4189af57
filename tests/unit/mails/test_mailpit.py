"""Asking Mailpit whether it has a mail. The server is played at HTTP, a true edge."""

import json

import httpx
import pytest

from services.notifier.mailpit import MailpitRecord

MESSAGE_ID = "<2f1c@ombud.example>"


async def asked(answer: httpx.Response | Exception) -> tuple[bool | None, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
        record = MailpitRecord(client, "http://mailpit.example:8025/")
        return await record.accepted(MESSAGE_ID), seen


def listing(*message_ids: str) -> httpx.Response:
    return httpx.Response(
        200, content=json.dumps({"messages": [{"MessageID": each} for each in message_ids]})
    )


async def test_a_mail_that_the_server_has_was_accepted() -> None:
    accepted, seen = await asked(listing("2f1c@ombud.example"))
    assert accepted is True
    assert seen[0].url.path == "/api/v1/search"
    assert seen[0].url.params["query"] == 'message-id:"2f1c@ombud.example"'


@pytest.mark.parametrize("found", [[], ["other@ombud.example"], ["12f1c@ombud.example"]])
async def test_another_mail_is_not_taken_for_it(found: list[str]) -> None:
    assert (await asked(listing(*found)))[0] is False


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, content=b"[]"),
        httpx.Response(200, content=b'{"messages": null}'),
        httpx.ConnectError("refused"),
    ],
)
async def test_an_answer_that_says_nothing_is_not_a_no(answer: httpx.Response | Exception) -> None:
    assert (await asked(answer))[0] is None
