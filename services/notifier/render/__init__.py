"""Mails in the reader's language: text and HTML that say the same."""

from services.notifier.render.renderer import MailRenderer

__all__ = ["MailRenderer"]
