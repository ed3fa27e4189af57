"""What all pages share: layout, looks, words of the frame, forms, languages and headers."""

from shared.web.formats import day, duration, kronor, moment, money, number
from shared.web.forms import FieldError, Form, read_form
from shared.web.headers import CONTENT_SECURITY_POLICY, security_headers
from shared.web.language import LANGUAGE_COOKIE, chosen_language
from shared.web.render import Renderer, Site, environment
from shared.web.static import static_files

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "LANGUAGE_COOKIE",
    "FieldError",
    "Form",
    "Renderer",
    "Site",
    "chosen_language",
    "day",
    "duration",
    "environment",
    "kronor",
    "moment",
    "money",
    "number",
    "read_form",
    "security_headers",
    "static_files",
]
