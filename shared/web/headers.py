"""Response headers of every page: nothing from third parties, no script, no framing."""

_DIRECTIVES = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def content_security_policy(**changes: str) -> str:
    """The policy of all pages; `changes` replace a directive (`frame_src="'self'"`)."""
    changed = {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in (_DIRECTIVES | changed).items())


CONTENT_SECURITY_POLICY = content_security_policy()


def security_headers(**changes: str) -> dict[str, str]:
    """Headers for one HTML response; `changes` are directives as in `content_security_policy`.

    Pages may hold what someone typed, so no shared cache keeps them. `no-store` is left out on
    purpose: with it a browser's Back throws away a half-filled form.
    """
    return {
        "Content-Security-Policy": content_security_policy(**changes),
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
