"""A client that waits out a service that dies and comes back."""

import asyncio

import httpx
import pytest

from deploy.local import patient
from deploy.local.patient import PatientTransport
from deploy.local.processes import free_port

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
UNAVAILABLE = b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def serve(port: int, *answers: bytes) -> asyncio.Server:
    """A server that gives each connection the next answer; an empty one hangs up."""
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0))
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", port)


async def test_it_asks_again_where_the_connection_broke_or_the_service_was_not_ready() -> None:
    port = free_port()
    async with httpx.AsyncClient(transport=PatientTransport()) as client:
        asking = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/"))
        server = await serve(port, b"", UNAVAILABLE, OK)
        assert (await asking).text == "ok"
        server.close()


async def test_its_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient, "PATIENCE_S", 0.0)
    async with httpx.AsyncClient(transport=PatientTransport()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:{free_port()}/")
