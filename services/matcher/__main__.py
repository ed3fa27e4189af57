"""`python -m services.matcher`."""

from services.matcher.app import make_app
from services.matcher.settings import Settings
from shared.serve import serve

if __name__ == "__main__":
    settings = Settings()
    serve("matcher", settings, lambda: make_app(settings))
