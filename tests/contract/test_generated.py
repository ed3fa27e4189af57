"""What is made from the code is committed as the code makes it."""

from pathlib import Path

import pytest

from deploy.ops import contracts


@pytest.mark.parametrize("file", contracts.FILES, ids=lambda file: file.name)
def test_the_committed_file_is_current(file: Path) -> None:
    assert file.read_text("utf-8") == contracts.FILES[file](), "run `make contracts`"
