"""`python -m deploy.local.inbox`: the inbox as a process of the local stack."""

import asyncio
import os
from pathlib import Path

from deploy.local.inbox.server import Inbox
from deploy.local.inbox.smtp import Behaviour

if __name__ == "__main__":
    inbox = Inbox(
        Path(os.environ["OMBUD_INBOX_DIR"]),
        int(os.environ.get("OMBUD_INBOX_SMTP_PORT", "0")),
        int(os.environ.get("OMBUD_INBOX_HTTP_PORT", "0")),
        behaviour=Behaviour.model_validate_json(os.environ.get("OMBUD_INBOX_BEHAVIOUR", "{}")),
    )
    asyncio.run(inbox.run())
