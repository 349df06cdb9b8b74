"""The supervisors of the day: rules put in force, scans moved forward and assigned, and figures asked for."""

import random
import threading

from scanview.core.errors import ScanViewError
from scanview.core.review import Person, Role
from scanview.core.work import WorkState
from scanview.wire import messages
from tests.day.reviewers import DayWorkstation
from tests.flow.hub_network import HubProcess

TURN_S = 3.0

_TOO_LATE = frozenset(
    {"already-decided", "order-left", "own-port", "seen-before", "other-room", "missing-skill", "not-for-your-role"}
)


class Supervisor:
    """One supervisor on a thread of their own."""

    def __init__(self, hub: HubProcess, person: Person, seed: int, reviewers: list[Person]) -> None:
        self.person = person
        self.wrongs: list[str] = []
        self.assigned = self.prioritised = 0
        self._chance = random.Random(f"{seed} {person.name}")
        self._analysts = [reviewer.name for reviewer in reviewers if reviewer.role is Role.ANALYST]
        self._desk = DayWorkstation(hub, f"desk-{person.name}")
        self._desk.online()
        self._desk.sign_in(person.name)
        self._desk.watch()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=person.name, daemon=True)

    def adopt(self, rules: str) -> None:
        """Try a rule file on what has passed so far, and put it in force."""
        trial = self._desk.ask(messages.TryRules(request=0, text=rules, days=1.0)).message
        while not trial.is_over:
            self._stopping.wait(0.1)
            trial = self._desk.ask(messages.ReadTrial(request=0, trial=trial.trial)).message
        assert not trial.problems, f"the rules of the day are refused: {trial.problems}"
        self._desk.ask(messages.AdoptRules(request=0, trial=trial.trial))

    def start(self) -> None:
        """Begin to run the room."""
        self._thread.start()

    def stop(self) -> None:
        """Leave."""
        self._stopping.set()
        self._thread.join()
        self._desk.close()

    def _run(self) -> None:
        while not self._stopping.wait(TURN_S * self._chance.uniform(0.5, 1.5)):
            try:
                self._turn()
            except ScanViewError as error:
                if error.code not in _TOO_LATE:
                    self.wrongs.append(f"{self.person.name}: {error.code}: {error}")

    def _turn(self) -> None:
        waiting = [row.scan for row in tuple(self._desk.rows.values()) if row.state is WorkState.WAITING]
        if not waiting:
            return
        scan = self._chance.choice(waiting)
        if self._chance.random() < 0.5:
            self._desk.ask(messages.Prioritise(request=0, scan=scan, earlier_s=600.0, reason="a vessel waits"))
            self.prioritised += 1
        else:
            analyst = self._chance.choice(self._analysts)
            self._desk.ask(messages.Assign(request=0, scan=scan, analyst=analyst, reason="knows this importer"))
            self.assigned += 1
