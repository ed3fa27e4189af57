"""The mail inbox of the local stack: an SMTP sink that keeps all it accepts, and pages to read it."""
