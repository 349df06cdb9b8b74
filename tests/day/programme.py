"""The scripted day: `python -m tests.day.programme --scans 2000 --seed 1` (`make day`).

12 ports with 40 lanes, 20 analysts, two experts, a chief and three supervisors at one hub, all over real sockets, at
accelerated time. Prints what came of it, and ends with status 1 where anything was not as it must be.
"""

import argparse
import logging
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from scanview.core.review import Role
from scanview.core.rights import REVIEWS
from scanview.core.rooms import Room, Rooms
from scanview.hub.terms import ROOMS_FILE
from scanview.review.rules.reading import read_rules
from tests.day import plan
from tests.day.account import Account, Day, check, stories
from tests.day.lanes import Lanes
from tests.day.machine import Machine
from tests.day.reviewers import Reviewer
from tests.day.supervisors import Supervisor
from tests.flow.hub_network import HubProcess

RULES = Path(__file__).with_name("rules.toml")
MACHINES = 2
PATIENCE_S = 300.0
WHOLE = 1_000
"""Scans from which on every rule must have been seen to act."""

TERMS = {"equal_s": 2.0, "skills_for_s": 10.0, "room_for_s": 20.0}
SETTINGS = {"heartbeat_s": 1.0, "lease_s": 5.0, "recognition_deadline_s": 8.0, "decision_grace_s": 0.0, **TERMS}


def run(folder: Path, seed: int, scans: int, *, every_s: float, look_s: float) -> Account:
    """The whole day in the empty `folder`: a truck comes every `every_s`, and is looked at for about `look_s`."""
    people = plan.people()
    with ExitStack() as opened:
        hub = _hub(folder, people)
        opened.callback(lambda: hub.is_running and hub.kill())
        lanes = Lanes(hub, plan.lanes())
        opened.callback(lanes.close)
        reviewing = [person for person in people if person.role in REVIEWS]
        supervisors = [Supervisor(hub, person, seed, reviewing) for person in people if person.role is Role.SUPERVISOR]
        supervisors[0].adopt(RULES.read_text(encoding="utf-8"))
        machines = [Machine(hub, f"worker-{number}", lanes.sent) for number in range(1, MACHINES + 1)]
        reviewers = [Reviewer(hub, person, seed, lanes.sent, look_s) for person in reviewing]
        for supervisor in supervisors:
            supervisor.start()
        _let_pass(lanes, plan.trucks(seed, scans), every_s)
        is_over = _wait_until_moved(lanes, scans)
        for worker in (*supervisors, *reviewers, *machines):
            worker.stop()
        assert hub.stop() == 0, "the hub did not end cleanly"
        account = check(_left(lanes, people), stories(hub.entries()), is_whole=scans >= WHOLE)
        account.problems += [wrong for worker in supervisors for wrong in worker.wrongs]
        account.problems += [wrong for reviewer in reviewers for wrong in reviewer.told.wrongs]
        account.problems += list(hub.verify().problems)
        if not is_over:
            account.problems.append(f"not every gate was moved {PATIENCE_S:.0f} s after the last truck")
        account.figures["breaks"] = sum(reviewer.told.breaks for reviewer in reviewers)
        account.figures["workstations that vanished"] = sum(reviewer.told.vanished for reviewer in reviewers)
        account.figures["assigned"] = sum(supervisor.assigned for supervisor in supervisors)
        account.figures["moved forward"] = sum(supervisor.prioritised for supervisor in supervisors)
    return account


def _hub(folder: Path, people: tuple[plan.Person, ...]) -> HubProcess:
    hub = HubProcess(folder / "hub", **SETTINGS)
    for person in people:
        hub.add_person(person.name, person.role, port=person.port, room=person.room, skills=person.skills)
    rooms = "".join(f'[[room]]\nname = "{name}"\nserves = {list(serves)}\n' for name, serves in plan.ROOMS.items())
    (folder / "hub" / ROOMS_FILE).write_text(rooms, encoding="utf-8")
    return hub.start()


def _let_pass(lanes: Lanes, trucks: tuple[plan.Truck, ...], every_s: float) -> None:
    started = time.monotonic()
    for number, truck in enumerate(trucks):
        time.sleep(max(started + number * every_s - time.monotonic(), 0.0))
        lanes.pass_through(truck)
    lanes.wait_until_sent()


def _wait_until_moved(lanes: Lanes, scans: int) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while len(lanes.moved()) < scans:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _left(lanes: Lanes, people: tuple[plan.Person, ...]) -> Day:
    return Day(
        sent=lanes.sent,
        contents=lanes.contents,
        moved=lanes.moved(),
        people={person.name: person for person in people},
        rooms=Rooms(tuple(Room(name=name, serves=serves) for name, serves in plan.ROOMS.items())),
        band_s=TERMS["equal_s"],
        room_for_s=TERMS["room_for_s"],
        skills_for_s=TERMS["skills_for_s"],
        rule_ids=tuple(rule.rule for rule in read_rules(RULES.read_text(encoding="utf-8")).rules),
    )


def told(account: Account) -> str:
    """What the day came to, in lines."""
    lines = [f"{name:<32}{value:>10g}" for name, value in account.figures.items()]
    lines += ["rules that acted: " + ", ".join(f"{rule} {count}" for rule, count in account.fired.most_common())]
    lines += ["clearance: " + ", ".join(f"{word or 'none'} {count}" for word, count in account.clearances.items())]
    lines += [f"PROBLEM {problem}" for problem in account.problems]
    return "\n".join([*lines, f"{len(account.problems)} problems"])


def main() -> int:
    """Run a day and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.day.programme", description=__doc__)
    parser.add_argument("--scans", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=0.25, metavar="S", help="seconds between trucks")
    parser.add_argument("--look", type=float, default=2.0, metavar="S", help="seconds that a scan is looked at")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the hub's data here")
    options = parser.parse_args()
    logging.getLogger("scanview").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="scanview-day-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        account = run(folder, options.seed, options.scans, every_s=options.every, look_s=options.look)
    sys.stdout.write(told(account) + "\n")
    return 1 if account.problems else 0


if __name__ == "__main__":
    sys.exit(main())
