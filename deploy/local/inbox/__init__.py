"""The mail inbox of the local stack: an SMTP sink that keeps what it accepts and shows it."""
