"""The states of the rules' page: what is in force, a trial under way, one that is refused, one that may be adopted."""

from scanview.core.proportion import proportion
from scanview.core.rule_report import (
    DirectRelease,
    DryRun,
    RuleCount,
    RuleProblem,
    RulesVersion,
    WaitChange,
)
from scanview.review.rules.defaults import default_text
from scanview.review.rules.reading import read_rules
from scanview.wire import messages as wire
from tests.ui.screens.scene import Scene
from tests.ui.walk.person import Person, Start
from tests.ui.walk.shelving import supervisor

TEXT = default_text() + '\n[[rule]]\nid = "harmless"\nwhen = { clear = true, standing = "aeo*" }\nrelease = "direct"\n'
VERSIONS = tuple(
    RulesVersion(version=version, at=1.79e9 + 86_400 * version, adopted_by=by, sha256=f"{version:064x}")
    for version, by in ((3, "王海燕"), (2, "Ada"), (1, "Ada"))
)
TRIAL = "5" * 32


def counted(*fired: int) -> tuple[RuleCount, ...]:
    """Every rule of the text, and how often it fired; only the last one released."""
    rules = read_rules(TEXT).rules
    return tuple(
        RuleCount(rule=rule.rule, line=rule.line, fired=times, released=times if rule.rule == "harmless" else 0)
        for rule, times in zip(rules, fired, strict=True)
    )


RULES = wire.Rules(
    request=1,
    version=VERSIONS[0],
    in_force=3,
    text=TEXT,
    history=VERSIONS,
    fired=counted(112, 840, 0, 61, 12, 9, 402, 77, 1_502),
    direct=DirectRelease(since=1.79e9, released=proportion(1_427, 9_613), sampled=75, missed=proportion(1, 71)),
)
REPORT = DryRun(
    scans=288_390,
    rules=counted(3_360, 25_200, 3, 1_830, 360, 270, 12_060, 2_310, 45_060),
    risks=(("high", 3_360), ("low", 246_120), ("medium", 38_910)),
    waits=(
        WaitChange(channel="green", scans=8_120, before_s=871.0, after_s=290.0),
        WaitChange(channel="ordinary", scans=280_270, before_s=780.4, after_s=779.2),
    ),
    released=proportion(42_807, 288_390),
    sampled=2_253,
    missed=proportion(38, 39_002),
    held=36,
    found=5,
)


def opened(person: Person) -> None:
    """The supervisor looks at the rules' page, and the hub has answered."""
    supervisor(person)
    person.press("F2")
    person.desk.console.turn_to("rules")
    person.turn()
    person.session.last("ask Rules").set_result(RULES)


def tried(person: Person, **fields: object) -> None:
    """The file is tried, and the hub tells how far that is."""
    page = person.window.console.front
    page.buttons["try"].click()
    trial = {"request": 2, "trial": TRIAL, "done": 288_390, "total": 288_390, "is_over": True, **fields}
    person.session.last("ask Trial").set_result(wire.Trial(**trial))


def trying(person: Person) -> None:
    """It is half done."""
    tried(person, done=140_100, is_over=False)


def refused(person: Person) -> None:
    """It goes beyond its limits."""
    reasons = (
        (3, "the dry run would release 42807 of 288390 scans directly (14.84%), and most_released allows 0.00%"),
        (
            1,
            "of 39002 scans released directly, 38 were held or had a find: up to 0.13% may be missed, and most_missed"
            " allows 0.10%",
        ),
    )
    tried(person, report=REPORT, problems=tuple(RuleProblem(line=line, reason=reason) for line, reason in reasons))


def sound(person: Person) -> None:
    """Nothing stands against it."""
    tried(person, report=REPORT)


def on_the_first_page(person: Person) -> None:
    """The supervisor looks at the live map, and the hub has told of direct release."""
    supervisor(person)
    person.press("F2")
    person.turn()
    person.session.last("ask Rules").set_result(RULES)


SCENES = (
    Scene(name="rules-first-page", start=Start.DESK, keys=(on_the_first_page,)),
    Scene(name="rules", start=Start.DESK, keys=(opened,)),
    Scene(name="rules-trying", start=Start.DESK, keys=(opened, trying)),
    Scene(name="rules-refused", start=Start.DESK, keys=(opened, refused), close_up=True),
    Scene(name="rules-sound", start=Start.DESK, keys=(opened, sound)),
)
