"""`ombud import` and `ombud follow` against intake as it runs."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.local.processes import free_port
from deploy.ops.cli import app
from services.intake.keys import new_key
from tests.integration.intake.things import tender_json
from tests.integration.kafka import until
from tests.integration.services import Service
from tests.stack import Sandbox
from tests.unit.sources.corpus import DATA

KEY = new_key()
CSV = """buyer,procurement_id,title,published,cpv
EXEMPELSTADS KOMMUN,EX1,Städning av skolor,2026-08-13,90911200
EXEMPELSTADS KOMMUN,EX2,Produktionsskrivare,2026-08-13,30120000
"""


@pytest.fixture
def intake(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    environment = sandbox.environment("intake") | {"OMBUD_BOOTSTRAP_KEY": KEY}
    service = Service("intake", environment, tmp_path / "logs").start()
    yield service.wait_ready()
    service.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two real notices, one of them broken, two rows and a tender without an id of its own."""
    made = tmp_path / "notices"
    (made / "sub").mkdir(parents=True)
    shutil.copy(DATA / "sdk" / "E1_minimal.xml", made / "sub")
    shutil.copy(next(DATA.rglob("*INVALID*.xml")), made)
    (made / "rows.csv").write_text(CSV, "utf-8")
    (made / "own.json").write_text(json.dumps(tender_json(source={})), "utf-8")
    return made


def ombud(*arguments: object, url: str, key: str = KEY) -> Result:
    variables = {"OMBUD_PUBLIC_URL": url, "OMBUD_API_KEY": key, "COLUMNS": "200"}
    return CliRunner().invoke(app, list(map(str, arguments)), env=variables)


def test_a_folder_is_imported_and_the_second_time_changes_nothing(
    intake: Service, folder: Path
) -> None:
    first = ombud("import", folder, url=intake.url)
    again = ombud("import", folder, url=intake.url)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stderr.startswith("4 read, 4 sent, 1 refused\n")
    assert "INVALID" in first.stderr
    assert again.stderr.startswith("4 read, 4 held already, 1 refused\n")


async def test_the_way_of_an_imported_tender_is_followed(intake: Service, folder: Path) -> None:
    line = ombud("import", folder / "own.json", "--json", url=intake.url).stdout
    tender_id = json.loads(line)["tender"]["tender_id"]

    async def published() -> bool:
        return "published to Kafka" in ombud("follow", tender_id, url=intake.url).stdout

    await until(published)
    shown = ombud("follow", tender_id, url=intake.url).stdout
    assert shown.startswith(f"Tender {tender_id}\nRevision 1: direct_procurement, open\n")
    assert "accepted" in shown
    whole = json.loads(ombud("follow", tender_id, "--json", url=intake.url).stdout)
    assert [revision["revision"] for revision in whole["revisions"]] == [1]


@pytest.mark.parametrize("words", [("import", "folder"), ("follow", "t1")], ids=lambda w: w[0])
def test_where_nothing_answers_it_says_what_to_do(folder: Path, words: tuple[str, str]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    result = ombud(words[0], folder if words[1] == "folder" else words[1], url=url)
    assert result.exit_code == 1
    assert f"Intake does not answer at {url}" in result.stderr
    assert "See that it runs" in result.stderr
    assert "stamina" not in result.stderr


def test_a_wrong_key_and_an_unknown_tender_say_what_to_do(intake: Service, folder: Path) -> None:
    turned_away = ombud("import", folder, url=intake.url, key="wrong")
    no_key = ombud("follow", "t1", url=intake.url, key="wrong")
    unknown = ombud("follow", "t1", url=intake.url)
    assert [r.exit_code for r in (turned_away, no_key, unknown)] == [1, 1, 1]
    assert "ombud keys create --scope publish" in turned_away.stderr
    assert "OMBUD_API_KEY" in no_key.stderr
    assert unknown.stderr == "Intake has no tender t1\n"
