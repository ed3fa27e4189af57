"""The one style sheet, served by each service under `/static`."""

import hashlib
from pathlib import Path

from starlette.staticfiles import StaticFiles

STATIC_PATH = "/static"
_DIRECTORY = Path(__file__).parent / "static"


def static_files() -> StaticFiles:
    """`app.mount(STATIC_PATH, static_files())`."""
    return StaticFiles(directory=_DIRECTORY)


def stylesheet_url() -> str:
    """Address of the style sheet; it changes with the content, so that none is kept too long."""
    content = (_DIRECTORY / "style.css").read_bytes()
    return f"{STATIC_PATH}/style.css?v={hashlib.sha256(content).hexdigest()[:12]}"
