"""The inbox's pages and its small JSON API."""

from fastapi import FastAPI

from deploy.local.inbox.smtp import Sink
from shared.clock import Clock


def make_app(sink: Sink, clock: Clock) -> FastAPI:
    """Pages over one sink."""
    return FastAPI(title="Ombud inbox")
