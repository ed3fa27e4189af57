"""Renders mails from views: two templates a mail, one layout, CSS written into the tags."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import css_inline
import jinja2

from services.notifier.domain.rendering import MailLinks, RenderedMail
from services.notifier.render.facts import Facts
from services.notifier.render.tender import TenderMail
from services.notifier.render.texts import one_line
from shared.contracts.codes import MailLanguage
from shared.contracts.match import Match
from shared.contracts.supplier import Contact
from shared.contracts.tender import Tender
from shared.locale import Phrases

_SERVICE = Path(__file__).parents[1]
LOCALE = _SERVICE / "locale"
TEMPLATES = _SERVICE / "templates"


class MailRenderer:
    """The notifier's renderer. Pure: the same arguments give the same mail."""

    def __init__(self) -> None:
        self._phrases = Phrases(LOCALE)
        loader = jinja2.FileSystemLoader(TEMPLATES)
        self._env = jinja2.Environment(
            loader=loader,
            autoescape=jinja2.select_autoescape(["html"]),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # mail.css goes into the tags; the layout's own <style> has media queries and stays.
        self._inliner = css_inline.CSSInliner(
            inline_style_tags=False,
            keep_style_tags=True,
            load_remote_stylesheets=False,
            extra_css=(TEMPLATES / "mail.css").read_text("utf-8"),
        )

    def tender_mail(
        self, tender: Tender, matches: Sequence[Match], contact: Contact, links: MailLinks
    ) -> RenderedMail:
        """A new match: what, who, where, how much, until when, may I bid, why, what is missing."""
        lang = contact.language.value
        view = TenderMail(self._phrases, lang, tender, matches).view(links)
        return self._render("tender", lang, view.subject, mail=view)

    def confirm_mail(
        self, language: MailLanguage, confirm_url: str, expires_at: datetime
    ) -> RenderedMail:
        """The confirmation of an address: one button, and what happens if it is ignored."""
        lang = language.value
        subject = self._phrases.text(lang, "confirm.subject")
        until = Facts(self._phrases, lang).instant(expires_at)
        return self._render("confirm", lang, subject, confirm_url=confirm_url, until=until)

    def _render(self, name: str, lang: str, subject: str, **values: object) -> RenderedMail:
        def t(key: str, **params: object) -> str:
            return self._phrases.text(lang, key, **params)

        subject = one_line(subject)
        shown = {"t": t, "lang": lang, "subject": subject, **values}
        html = self._env.get_template(f"{name}.html").render(shown)
        text = self._env.get_template(f"{name}.txt").render(shown)
        return RenderedMail(subject=subject, text=text, html=self._inliner.inline(html))
