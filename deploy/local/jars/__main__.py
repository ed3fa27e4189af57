"""`python -m deploy.local.jars` fetches what is missing and says how far it is, line by line."""

import sys

from deploy.local.embedded import jars_dir
from deploy.local.jars import ensure
from deploy.local.processes import NotStarted

if __name__ == "__main__":
    try:
        ensure(jars_dir(), lambda done, total: print(f"fetched {done} of {total}", flush=True))
    except NotStarted as error:
        sys.exit(str(error))
