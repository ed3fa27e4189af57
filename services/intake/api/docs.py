"""`/docs`: the API's description in Swagger UI, from files of our own origin only."""

import base64
import hashlib
from importlib.resources import files

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from shared.web import security_headers

PATH = "/docs"
_FILES = f"{PATH}/files"
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#ui", deepLinking: true})'
_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API – Ombud</title>
<link rel="stylesheet" href="{_FILES}/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<main id="ui"><noscript>Without JavaScript: <a href="/openapi.json">OpenAPI</a></noscript></main>
<script src="{_FILES}/swagger-ui-bundle.js"></script>
<script>{_START}</script>
</body>
</html>
"""


def install(app: FastAPI) -> None:
    """Serve the page. Its policy allows our own script, and the one line that starts it."""
    digest = base64.b64encode(hashlib.sha256(_START.encode()).digest()).decode()
    headers = security_headers(script_src=f"'self' 'sha256-{digest}'", connect_src="'self'")
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def page() -> HTMLResponse:
        return HTMLResponse(_PAGE, headers=headers)

    app.include_router(router)
    # The package is here for Swagger UI's files; what it does with FastAPI itself is not used.
    app.mount(_FILES, StaticFiles(directory=str(files("fastapi_offline") / "static")))
