"""`python -m services.intake`."""

from services.intake.app import make_app
from services.intake.settings import Settings
from shared.serve import serve

if __name__ == "__main__":
    settings = Settings()
    serve("intake", settings, lambda: make_app(settings))
