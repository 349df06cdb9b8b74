"""Rules through a real hub: tried and adopted by messages or beside it, in force at once, releasing to the gate."""

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.journal import Kind
from scanview.core.review import Risk, Role, Verdict
from scanview.core.triage import ReviewChannel
from scanview.core.worklist import DeliveryState
from scanview.wire import messages
from tests.flow.hub_network import PATIENCE_S, ScriptedPort, ScriptedWorker, ScriptedWorkstation
from tests.flow.test_hub import refused, upload
from tests.unit.review.room import CLEAR, RELEASING, make_recognition, release

GREEN = '[[rule]]\nid = "all"\nwhen = { always = true }\nchannel = "green"\n'


@pytest.fixture
def peers():
    made = []
    yield lambda peer: made.append(peer) or peer.online()
    for peer in made:
        peer.close()


def scanview(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "scanview", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def tried(desk, text):
    """The trial of `text` when it is over."""
    trial = desk.ask(messages.TryRules(request=0, text=text, days=30)).message
    until = time.monotonic() + PATIENCE_S
    while not trial.is_over and time.monotonic() < until:
        time.sleep(0.02)
        trial = desk.ask(messages.ReadTrial(request=0, trial=trial.trial)).message
    assert trial.is_over
    return trial


def recognise(worker, scan, content, recognition):
    worker.ready()
    worker.hears(messages.Work, lambda m: m.scan == scan)
    worker.report(scan, content, recognition)


def test_rules_are_tried_adopted_and_release_to_the_gate(hub, peers):
    hub.add_person("Ada", Role.SUPERVISOR)
    port, desk, worker = peers(ScriptedPort(hub)), peers(ScriptedWorkstation(hub)), peers(ScriptedWorker(hub))
    desk.sign_in("Ada")
    desk.watch()
    scan, content = upload(port)
    recognise(worker, scan, content, replace(make_recognition(), **CLEAR))
    desk.row(scan, lambda row: row.risk is Risk.LOW)
    strict = tried(desk, RELEASING.replace("most_released = 1.0", "most_released = 0.1"))
    assert [problem.line for problem in strict.problems] == [4]
    with refused("rules-beyond-limits"):
        desk.ask(messages.AdoptRules(request=0, trial=strict.trial))
    broken = tried(desk, "[limit]")
    assert broken.problems[0].line == 1
    with refused("not-tried"):
        desk.ask(messages.AdoptRules(request=0, trial=broken.trial))
    trial = tried(desk, RELEASING)
    assert (trial.problems, trial.report.released.hits) == ((), 1)
    desk.ask(messages.AdoptRules(request=0, trial=trial.trial))
    rules = desk.ask(messages.ReadRules(request=0)).message
    assert (rules.in_force, rules.text, rules.version.adopted_by) == (1, RELEASING, "Ada")
    scan, content = upload(port)
    recognise(worker, scan, content, replace(make_recognition(), **CLEAR))
    row = desk.row(scan, lambda row: row.delivery is DeliveryState.APPLIED)
    assert (row.verdict, row.decided_by) == (Verdict.RELEASE, "rules/1")
    assert len(port.applied) == 1
    rules = desk.ask(messages.ReadRules(request=0)).message
    assert (rules.direct.released.hits, rules.fired[0].fired) == (1, 1)
    with refused("order-left"):
        desk.ask(messages.ReverseRelease(request=0, scan=scan, reason="too late"))
    assert hub.verify().problems == ()


def test_who_is_no_supervisor_changes_no_rules(hub, peers):
    hub.add_person("Noor", Role.AUDITOR)
    for name, code, reads in (("Noor", "not-a-supervisor", True), ("Li", "not-a-supervisor", False)):
        desk = peers(ScriptedWorkstation(hub, name.lower()))
        desk.sign_in(name)
        with refused(code):
            desk.ask(messages.TryRules(request=0, text=GREEN, days=1))
        if reads:
            assert desk.ask(messages.ReadRules(request=0)).message.in_force == 0
        else:
            with pytest.raises(NotAllowed):
                desk.ask(messages.ReadRules(request=0))


def test_a_hub_that_runs_takes_over_at_once_what_was_adopted_beside_it(hub, peers, tmp_path):
    hub.add_person("Ada", Role.SUPERVISOR)
    port, desk, worker = peers(ScriptedPort(hub)), peers(ScriptedWorkstation(hub)), peers(ScriptedWorker(hub))
    desk.sign_in("Ada")
    desk.watch()
    file, wrong = tmp_path / "green.toml", tmp_path / "wrong.toml"
    file.write_text(GREEN)
    wrong.write_text(GREEN.replace("channel", "chanel"))
    checked = scanview("rules", "check", wrong)
    assert (checked.returncode, "wrong.toml: line 4: " in checked.stdout) == (1, True)
    assert "did you mean channel" in checked.stdout
    assert scanview("rules", "adopt", file, "--data", hub.data, "--by", "Li").returncode == 1
    adopted = scanview("rules", "adopt", file, "--data", hub.data, "--by", "Ada")
    assert (adopted.returncode, "rules 1 are in force" in adopted.stdout) == (0, True), adopted.stderr
    scan, content = upload(port)
    recognise(worker, scan, content, make_recognition())
    assert desk.row(scan, lambda row: row.findings == 0 and row.risk is Risk.LOW).channel is ReviewChannel.GREEN
    assert scanview("rules", "show", "--data", hub.data).stdout == GREEN
    assert "  Ada  " in scanview("rules", "history", "--data", hub.data).stdout
    assert '+channel = "green"' in scanview("rules", "diff", 0, 1, "--data", hub.data).stdout
    told = scanview("rules", "try", file, "--data", hub.data)
    assert (told.returncode, "1 past scans" in told.stdout) == (0, True)
    assert hub.verify().problems == ()


def test_a_class_that_wants_two_people_gets_them_also_where_no_machine_is(client_hub, peers, tmp_path):
    hub, rules = client_hub, tmp_path / "two.toml"
    hub.add_person("wang")
    hub.add_person("Ada", Role.SUPERVISOR)
    rules.write_text(GREEN.replace('channel = "green"', "four_eyes = true"))
    assert scanview("rules", "adopt", rules, "--data", hub.data, "--by", "Ada").returncode == 0
    port = peers(ScriptedPort(hub))
    scan, content = upload(port)
    desks = {name: peers(ScriptedWorkstation(hub, f"desk-{name}")) for name in ("zhang", "wang")}
    for name, desk in desks.items():
        desk.sign_in(name)
        fence = desk.take(scan).fence
        desk.decide(release(scan, fence, content=content, without_recognition=True))
    desks["wang"].watch()
    desks["wang"].row(scan, lambda row: row.delivery is DeliveryState.APPLIED)
    kinds = [entry["kind"] for entry in hub.entries() if entry["scan"] == scan]
    assert kinds.index(Kind.OPINION) < kinds.index(Kind.DECIDED)
    assert len(port.applied) == 1
    assert hub.verify().problems == ()
