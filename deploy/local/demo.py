"""`make demo`: the whole of Ombud on this machine, fed with example data.

Data stays in `.local/`: a later `make demo` goes on with it (FRESH=1 starts from nothing). `ONCE=1`
works in a folder of its own, `.local/once/`, which it empties first, so that its figures are its
own; it waits until nothing is under way, compares the mails that came with an independent
reckoning, and writes `.local/demo.json`.
"""

import argparse
import asyncio
import json
import signal
import sys
import time
from contextlib import ExitStack, suppress
from types import FrameType

from rich.console import Console
from rich.table import Table

from deploy.local.embedded import hold, wipe
from deploy.local.feeder import Fed, Progress, Urls, feed, publish_singly
from deploy.local.paths import Place, local_dir
from deploy.local.processes import NotStarted
from deploy.local.programs import Secrets
from deploy.local.quiet import NotQuiet, Quiet
from deploy.local.steps import Step, Steps
from deploy.local.supervisor import Supervisor
from shared.clock import system_clock
from tests.oracle.reckon import Reckoning, reckon
from tests.oracle.world import Ground, read_world

PATIENCE_SECONDS = 120.0


def main() -> int:
    """Run the demo; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--once", action="store_true", help="compare, write demo.json and stop")
    parser.add_argument("--fresh", action="store_true", help="remove the data of earlier runs")
    options = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    place = Place(local_dir() / "once") if options.once else Place(local_dir())
    with ExitStack() as parts:
        try:
            parts.enter_context(hold(place))
            if options.once or options.fresh:
                wipe(place)
                (place.root / "fed.json").unlink(missing_ok=True)
            demo = Demo(place, Steps(console))
            parts.callback(demo.stop)
            return demo.once() if options.once else demo.stay()
        except (NotStarted, NotQuiet) as error:
            console.print(f"\n[red]Stopped:[/] {error}", highlight=False)
            return 1
        except KeyboardInterrupt:
            return 130 if options.once else 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Demo:
    """One run of the demo."""

    def __init__(self, place: Place, steps: Steps) -> None:
        self._place = place
        self._steps = steps
        self._supervisor = Supervisor(place, say=steps.say)
        self._start_s = 0.0

    def stay(self) -> int:
        """Start, feed on the first run, show the addresses and run until Ctrl-C."""
        self._start()
        fed_before = self._place.root / "fed.json"
        if fed_before.exists():
            day = json.loads(fed_before.read_text())["base_day"]
            self._steps.say(
                f"Going on with the example data of {day} (make demo FRESH=1 starts anew)."
            )
        else:
            self._feed()
        self._show_addresses()
        while True:
            time.sleep(3600)

    def once(self) -> int:
        """Start, feed, wait for the end, compare; 0 only if nothing was lost, doubled or wrong."""
        self._start()
        fed = self._feed()
        with self._steps.step("Reckoning who was due a mail"):
            result = self._reckon()
        self._write(result)
        self._show_result(result, fed)
        return 0 if result.clean and result.mails and not fed.unexpected else 1

    def stop(self) -> None:
        """Stop what was started; a second Ctrl-C does not interrupt that."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        with self._steps.step("Stopping"):
            self._supervisor.stop()

    def _start(self) -> None:
        begun = time.monotonic()
        supervisor = self._supervisor
        with self._steps.step("Starting Kafka and Postgres") as step:
            supervisor.start_servers(lambda done, total: step.update(done, total, "Fetching Kafka"))
        with self._steps.step("Making topics and tables"):
            supervisor.prepare()
        with self._steps.step("Starting inbox, intake, matcher and notifier"):
            supervisor.start_services()
        self._start_s = time.monotonic() - begun

    def _feed(self) -> Fed:
        urls = Urls(self._supervisor.addresses.intake, self._place.inbox, self._place.root)
        key = Secrets.of(self._place).api_key
        with self._steps.step("Importing the example data") as step:
            fed = asyncio.run(feed(urls, key, system_clock, _counter(step)))
        self._settle()
        with self._steps.step("Publishing direct procurements one at a time") as step:
            singly = asyncio.run(publish_singly(urls, key, system_clock, _counter(step)))
        fed.add(singly)
        self._settle()
        for sentence in fed.sentences():
            self._steps.say(sentence)
        (self._place.root / "fed.json").write_text(
            json.dumps({"base_day": fed.base_day.isoformat()}) + "\n"
        )
        return fed

    def _settle(self) -> None:
        most = 1
        with self._steps.step("Matching and mailing") as step:

            def waiting(count: int) -> None:
                nonlocal most
                most = max(most, count)
                step.update(most - count, most)

            quiet = Quiet(self._supervisor.admin_dsn, self._supervisor.kafka)
            asyncio.run(quiet.wait(PATIENCE_SECONDS, waiting))

    def _reckon(self) -> Reckoning:
        ground = Ground(
            dsn=self._supervisor.admin_dsn,
            kafka=self._supervisor.kafka,
            inbox=self._place.inbox,
            accepted=self._place.root / "accepted.jsonl",
        )
        return reckon(read_world(ground), system_clock())

    def _write(self, result: Reckoning) -> None:
        figures = result.json() | {
            "setup_s": _setup_seconds(),
            "start_s": round(self._start_s, 1),
            "restarts": self._supervisor.restarts,
        }
        (local_dir() / "demo.json").write_text(
            json.dumps(figures, ensure_ascii=False, indent=1) + "\n"
        )

    def _show_result(self, result: Reckoning, fed: Fed) -> None:
        console = self._steps.console
        latency = result.http_to_smtp_ms
        console.print(
            f"\n{result.tenders} tenders, {result.suppliers} suppliers, {result.matches} matches, "
            f"{result.mails} tender mails. From HTTP to SMTP, one tender at a time: "
            f"{latency['p50']} ms (p50), {latency['p99']} ms (p99)."
        )
        verdict = f"lost {result.lost}, twice {result.twice}, wrong {result.wrong}"
        console.print(f"Compared with the independent reckoning: {verdict}.")
        for case in [*result.cases, *fed.unexpected]:
            console.print(f"  {case}", markup=False)
        if not result.mails:
            console.print("No tender mail came at all; see the logs in", str(self._place.logs))

    def _show_addresses(self) -> None:
        where = self._supervisor.addresses
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for name, url in (
            ("Publish form", f"{where.intake}/kop/ny"),
            ("Supplier sign-up", f"{where.intake}/anslut/1"),
            ("Inbox", where.inbox),
            ("Operations board", f"{where.intake}/ops"),
            ("API docs", f"{where.intake}/docs"),
        ):
            table.add_row(name, url)
        console = self._steps.console
        console.print()
        console.print(table)
        console.print(
            "\nTry next: publish a tender in the form; within seconds the suppliers' mails are in"
            f" the inbox.\nLogs are in {self._place.logs}. Ctrl-C stops what was started."
        )


def _counter(step: Step) -> Progress:
    return lambda what, done, total: step.update(done, total, what[0].upper() + what[1:])


def _setup_seconds() -> float | None:
    with suppress(OSError, ValueError, KeyError):
        return float(json.loads((local_dir() / "setup.json").read_text())["seconds"])
    return None


if __name__ == "__main__":
    sys.exit(main())
