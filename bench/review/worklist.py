"""How soon a worklist over a million scans is there, and a page of older ones."""

import statistics
import threading
import time

from bench.intake.senders import PATIENCE_S
from bench.network.hub import RunningHub, running_hub
from bench.review.archive import analyst, fill
from bench.review.room import Workstation, workstations
from bench.rows import Row, lower_is_better, percentile
from scanview.core.searching import Search, SearchPlace
from scanview.core.worklist import WorklistRow
from scanview.wire import messages
from scanview.wire.messages import Message

WAITING = 2_000
GOAL_MS = 200.0
SCROLL_GOAL_MS = 50.0


def run(quick: bool) -> list[Row]:
    """Measure as a supervisor, who sees everything, and as an analyst."""
    closed, rounds = (20_000, 3) if quick else (1_000_000, 15)
    with running_hub(lambda data: fill(data, closed=closed, waiting=WAITING)) as hub:
        return [*_opened(hub, rounds), *_searched(hub, 5 * rounds, closed)]


def _opened(hub: RunningHub, rounds: int) -> list[Row]:
    rows = []
    for person, row in (("supervisor", "open_million"), (analyst(0), "open_million_analyst")):
        times = [_open(hub, person) for _ in range(rounds)]
        first = statistics.median(first for first, _ in times)
        rows += [
            lower_is_better("review", f"{row}_first_page", first, "ms"),
            lower_is_better("review", row, statistics.median(whole for _, whole in times), "ms", goal=GOAL_MS),
        ]
    return rows


def _open(hub: RunningHub, person: str) -> tuple[float, float]:
    """Milliseconds until the first rows are here, and until all that is open is."""
    seen: dict[str, WorklistRow] = {}
    complete = threading.Event()

    def heard(message: Message) -> None:
        if isinstance(message, messages.Worklist):
            seen.update({row.scan: row for row in message.rows})
            if sum(row.verdict is None for row in seen.values()) >= WAITING:
                complete.set()

    with workstations(hub, [person]) as (desk,):
        desk.heard = heard
        asked_at = time.perf_counter()
        answer, first_ms = desk.ask(messages.WatchWorklist(request=0, after=0))
        heard(answer)
        if not complete.wait(PATIENCE_S):
            raise RuntimeError(f"only {len(seen)} rows of the worklist came")
        return first_ms, 1e3 * (time.perf_counter() - asked_at)


def _searched(hub: RunningHub, pages: int, closed: int) -> list[Row]:
    with workstations(hub, ["supervisor"]) as (desk,):
        scrolled = _scroll(desk, Search(decided=True), pages)
        jumped = [
            desk.ask(_find(Search(decided=True), SearchPlace(seq=closed * (pages - at) // pages)))[1]
            for at in range(1, pages)
        ]
        named = [desk.ask(_find(Search(text=f"CSQU{at * 997 % closed:07d}"), None))[1] for at in range(1, 10)]
    return [
        lower_is_better("review", "scroll_million_p95", percentile(scrolled, 0.95), "ms", goal=SCROLL_GOAL_MS),
        lower_is_better("review", "jump_million_p95", percentile(jumped, 0.95), "ms", goal=SCROLL_GOAL_MS),
        lower_is_better("review", "find_number_in_million", statistics.median(named), "ms"),
    ]


def _scroll(desk: Workstation, search: Search, pages: int) -> list[float]:
    """Milliseconds of each page, one behind the other."""
    times: list[float] = []
    after: SearchPlace | None = None
    for _ in range(pages):
        answer, took_ms = desk.ask(_find(search, after))
        if not isinstance(answer, messages.ScansFound):
            raise RuntimeError(f"the hub finds nothing but answers {answer}")
        times.append(took_ms)
        after = answer.following
    return times


def _find(search: Search, after: SearchPlace | None) -> Message:
    return messages.FindScans(request=0, search=search, after=after)
