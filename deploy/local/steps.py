"""What a person sees while something takes its time: one line a step, with progress."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

_SAY_EVERY_S = 5.0


class Step(Protocol):
    """One step that runs."""

    def update(self, done: int, total: int, what: str | None = None) -> None:
        """Say how much of how much is done (and of what, if that changed)."""


class Steps:
    """Shows steps: a live line on a terminal; elsewhere a line at start and end, and at times."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        """Show `what` while the block runs, and how long it took."""
        begun = time.monotonic()
        if self.console.is_terminal:
            with _bar(self.console) as bar:
                yield _Live(bar, what)
        else:
            self.console.print(f"  {what} …")
            yield _Lines(self.console, what)
        self.console.print(f"  {what} [green]✓[/] {time.monotonic() - begun:.1f} s")

    def say(self, sentence: str) -> None:
        """One sentence between steps."""
        self.console.print(f"  {sentence}", highlight=False)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn(" "),
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    )


class _Live:
    """A bar for each thing that is counted."""

    def __init__(self, bar: Progress, what: str) -> None:
        self._bar = bar
        self._what = what
        self._tasks = {what: bar.add_task(what, total=None)}

    def update(self, done: int, total: int, what: str | None = None) -> None:
        what = what or self._what
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what)
        self._bar.update(self._tasks[what], completed=done, total=total)


class _Lines:
    def __init__(self, console: Console, what: str) -> None:
        self._console = console
        self._what = what
        self._said = time.monotonic()

    def update(self, done: int, total: int, what: str | None = None) -> None:
        if time.monotonic() - self._said > _SAY_EVERY_S:
            self._said = time.monotonic()
            self._console.print(f"  {what or self._what} … {done} of {total}")
