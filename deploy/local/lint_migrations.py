"""Checks the SQL of all migrations with squawk: does any of it lock a table that is in use?"""

import io
import re
import subprocess
import sys
from pathlib import Path

from deploy.local.paths import CHECKOUT, local_dir
from deploy.local.postgres import SERVICES
from shared.db import migration_sql

SQUAWK = Path(sys.executable).with_name("squawk")


def main() -> int:
    """Write each service's migrations as SQL and check them; gives the exit code."""
    folder = local_dir() / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for service in SERVICES:
        text = io.StringIO()
        migration_sql(service, text)
        file = folder / f"{service}.sql"
        # Of the versions table alembic's own statements; they are not ours to judge.
        file.write_text(
            re.sub(
                r"CREATE TABLE \w+\.alembic_version \(.*?\);", "", text.getvalue(), flags=re.DOTALL
            )
        )
        files.append(str(file))
    return subprocess.run([SQUAWK, "--config", CHECKOUT / ".squawk.toml", *files]).returncode


if __name__ == "__main__":
    sys.exit(main())
