"""Pages behind the links in mails: to stop them. No login, no cookies, no script."""

from services.notifier.pages.unsubscribe import make_pages

__all__ = ["make_pages"]
