"""`python -m services.notifier` runs the notifier."""

from services.notifier.app import make_app
from services.notifier.settings import Settings
from shared.serve import serve

if __name__ == "__main__":
    settings = Settings()
    serve("notifier", settings, lambda: make_app(settings))
