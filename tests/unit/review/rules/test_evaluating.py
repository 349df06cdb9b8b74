"""What rules make of a scan: all that fire count, nothing doubtful is released, and nothing starves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core import container
from scanview.core.review import FITS, UNKNOWN, UNUSUAL, Doubt, ModelFailure, Risk, risk_of_score
from scanview.core.scan import Declaration
from scanview.core.triage import Clearance, ReviewChannel, ScanPriority
from scanview.core.worklist import RISK_DELAY_S
from scanview.review.rules.conditions import CONDITIONS, all_hold
from scanview.review.rules.defaults import default_book
from scanview.review.rules.draws import draw
from scanview.review.rules.evaluating import Circumstances, evaluate
from scanview.review.rules.known import Known
from scanview.review.rules.reading import read_rules
from tests.unit.review.room import CLEAR, RELEASING, make_header, make_recognition

AROUND = Circumstances(draw=0.5, second_draw=0.5)
HARMLESS = replace(make_recognition(), **CLEAR)


def known(recognition=HARMLESS, *, complete=True, priority=ScanPriority.UNKNOWN, held_at=(), **fields):
    header = make_header("0" * 32, **fields)
    return Known(header=header, recognition=recognition, complete=complete, at=1e9, priority=priority, held_at=held_at)


def rules(when, effect='risk = "high"', unless="", limits=""):
    return read_rules(f'{limits}\n[[rule]]\nid = "r"\nwhen = {{ {when} }}\n{unless}\n{effect}')


def fires(when, scan, **more):
    return bool(evaluate(rules(when, **more), scan, AROUND, 1).fired)


FRESH = Declaration(
    goods="Fresh  Salmon", hs_code="0302.13", gross_kg=9.0, importer="Eastbay Ltd.", standing="aeo", advance=True
)
SAID = replace(make_recognition(0.4), cargo=(("fish", 0.9),), cargo_sure=True, declared_fit=0.7, novelty=0.5)


@pytest.mark.parametrize(
    ("holds", "not_held"),
    [
        ('finding = "weap*"', 'finding = "drug"'),
        ('finding = "weapon", score_at_least = 0.4', 'finding = "weapon", score_at_least = 0.5'),
        ("score_at_least = 0.4", 'score_at_least = 0.4, finding = "drug"'),
        ("score_below = 0.5", "score_below = 0.4"),
        ("risk_at_least = 0.9", "risk_below = 0.9"),
        ("empty_below = 0.5", "empty_at_least = 0.5"),
        ('cargo = ["wood", "fish"]', 'cargo = "wood"'),
        ("cargo_sure = true", "cargo_sure = false"),
        ("fit_at_least = 0.7", "fit_below = 0.7"),
        ("novelty_at_most = 0.5", "novelty_above = 0.5"),
        ('doubt = "no-*"', 'doubt = "novel"'),
        ("clear = false", "clear = true"),
        ("model_failed = false", "model_failed = true"),
        ("recognised = true", "recognised = false"),
        ("complete = true", "complete = false"),
        ("declared = true", "declared = false"),
        ("declares_goods = true", "declares_goods = false"),
        ('goods = "*fresh salmon*"', 'goods = "salmon"'),
        ('hs = ["44", "0302"]', 'hs = "0303"'),
        ('importer = "eastbay*"', 'importer = "west*"'),
        ('standing = "aeo*"', 'standing = "none"'),
        ("advance = true", "advance = false"),
        ('container = "valid"', 'container = ["invalid", "unknown"]'),
        ("held_within_days = 3", "held_within_days = 1"),
        ('lane = "CNSHA-*"', 'lane = "CNNGB-*"'),
        ('port = "CNSHA"', 'port = "SHA"'),
        ("truck_waiting = true", "truck_waiting = false"),
        ("always = true", "always = false"),
        ('shipper = "*"', 'shipper = "?*"'),
        ('origin = "*"', 'origin = "NL"'),
    ],
)
def test_a_condition_holds_for_what_it_says_and_for_nothing_else(holds, not_held):
    scan = known(SAID, declaration=FRESH, priority=ScanPriority.TRUCK, held_at=(1e9 - 2 * 86_400,))
    assert fires(holds, scan)
    assert not fires(not_held, scan)
    assert not fires("always = true", scan, unless=f"unless = {{ {holds} }}")
    assert fires("always = true", scan, unless=f"unless = {{ {not_held} }}")


def test_every_condition_is_tried_above():
    told = " ".join(
        text
        for pair in test_a_condition_holds_for_what_it_says_and_for_nothing_else.pytestmark[0].args[1]
        for text in pair
    )
    assert [key for key in CONDITIONS if f"{key} =" not in told] == []


@pytest.mark.parametrize("key", ["score_below", "risk_below", "empty_below", "fit_below", "novelty_at_most"])
def test_what_nobody_knows_is_never_taken_for_little(key):
    form = CONDITIONS[key].form
    assert not all_hold({key: form(1.0)}, known(None))
    unknown = replace(make_recognition(), risk=1.0, empty=1.0, declared_fit=UNKNOWN, novelty=UNKNOWN)
    assert not all_hold({key: form(0.0)}, known(unknown))


def test_an_importer_named_in_the_file_has_that_standing():
    book = read_rules(
        '[importers]\n"EASTBAY ltd." = "watched"\n[[rule]]\nid = "r"\nwhen = { standing = "watched" }\nfour_eyes = true'
    )
    assert evaluate(book, known(declaration=FRESH), AROUND, 1).four_eyes
    assert not evaluate(book, known(), AROUND, 1).four_eyes


def test_all_rules_that_fire_count():
    book = read_rules("""
    [[rule]]
    id = "a"
    when = { always = true }
    channel = "green"
    risk = "medium"
    wait_s = -100
    skills = ["food"]
    target_s = 900
    [[rule]]
    id = "b"
    when = { complete = true }
    channel = "red"
    wait_s = -50
    skills = ["arms", "food"]
    target_s = 600
    second_review = 0.6
    [[rule]]
    id = "c"
    when = { complete = false }
    risk = "high"
    """)
    triage = evaluate(book, known(), AROUND, 7)
    assert (triage.rules, triage.fired, triage.risk) == (7, ("a", "b"), Risk.MEDIUM)
    assert (triage.channel, triage.wait_s, triage.target_s) == (ReviewChannel.RED, 150.0, 600.0)
    assert (triage.skills, triage.second, triage.second_draw) == (("arms", "food"), True, 0.5)
    assert not evaluate(book, known(), replace(AROUND, second_draw=0.6), 7).second


def clearance(text=RELEASING, scan=None, around=AROUND):
    return evaluate(read_rules(text), scan or known(), around, 1).clearance


def test_a_release_takes_a_rule_that_allows_it_and_nothing_against_it():
    never = '[[rule]]\nid = "never"\nwhen = { always = true }\n'
    assert clearance() is Clearance.RELEASED
    assert evaluate(default_book(), known(), AROUND, 0).clearance is Clearance.NOT_ALLOWED
    for effect in ('release = "never"', 'channel = "red"', "four_eyes = true", 'second_review = "always"'):
        assert clearance(RELEASING + never + effect) is Clearance.NOT_ALLOWED
    assert clearance(RELEASING + never + 'risk = "medium"') is Clearance.DOUBTED
    assert clearance(scan=known(complete=False), text=RELEASING.replace("clear", "always")) is Clearance.DOUBTED
    assert clearance(scan=known(None), text=RELEASING.replace("clear", "always")) is Clearance.DOUBTED
    assert clearance(around=replace(AROUND, is_free=False)) is Clearance.IN_REVIEW
    assert clearance(around=replace(AROUND, draw=0.0005)) is Clearance.SAMPLED
    assert clearance(around=replace(AROUND, released_lately=1_000)) is Clearance.CAPPED


def before_there_were_rules(recognition, header):
    """How the risk was made when it was not a rule file yet: what the shipped one must agree with."""
    said, declaration = recognition, header.declaration
    given = [risk_of_score(max((finding.score for finding in said.findings), default=0.0))]
    given += [Risk.MEDIUM] if said.failures else []
    given += [Risk.MEDIUM] if header.container and not container.is_valid(header.container) else []
    if declaration is not None:
        declared = bool(declaration.goods or declaration.packages or declaration.gross_kg)
        given += [Risk.MEDIUM] if declared == (said.empty >= 0.5) else []
    given += [Risk.MEDIUM] if said.cargo_sure and said.declared_fit != UNKNOWN and said.declared_fit < FITS else []
    given += [Risk.MEDIUM] if said.novelty > UNUSUAL else []
    return max(given, key=(Risk.LOW, Risk.MEDIUM, Risk.HIGH).index)


shares = st.sampled_from([0.0, 0.2999, 0.3, 0.5, 0.5999, 0.6, 1.0])
declarations = st.one_of(
    st.none(),
    st.builds(
        Declaration,
        goods=st.sampled_from(["", "shoes", "fresh fish"]),
        hs_code=st.sampled_from(["", "03"]),
        packages=st.sampled_from([0, 3]),
        gross_kg=st.sampled_from([0.0, 9.5]),
        advance=st.booleans(),
        standing=st.sampled_from(["", "aeo"]),
    ),
)
recognitions = st.builds(
    lambda scores, **fields: replace(make_recognition(*scores), **fields),
    st.lists(shares, max_size=3),
    empty=shares,
    cargo_sure=st.booleans(),
    declared_fit=st.one_of(st.just(UNKNOWN), shares),
    novelty=st.sampled_from([UNKNOWN, 0.0, 1.0, 1.1]),
    risk=shares,
    release_doubts=st.lists(st.sampled_from([*Doubt]), max_size=2).map(tuple),
    failures=st.sampled_from([(), (ModelFailure(model="m 1", why="gone"),)]),
)
scans = st.builds(
    known,
    st.one_of(st.none(), recognitions),
    complete=st.booleans(),
    priority=st.sampled_from(ScanPriority),
    held_at=st.sampled_from([(), (1e9 - 1.0,)]),
    container=st.sampled_from(["", "CSQU3054383", "CSQU3054384"]),
    declaration=declarations,
)


@given(recognitions, scans)
def test_the_rules_that_come_with_scanview_give_the_risk_that_there_always_was(recognition, scan):
    triage = evaluate(default_book(), replace(scan, recognition=recognition), AROUND, 0)
    assert triage.risk is before_there_were_rules(recognition, scan.header)
    assert triage.wait_s == RISK_DELAY_S[triage.risk]


VALUES = {
    "finding": ["*"], "cargo": ["*"], "doubt": ["*"], "goods": ["*"], "hs": ["03"], "importer": ["*"],
    "standing": ["*"], "shipper": ["*"], "origin": ["*"], "lane": ["*"], "port": ["*"],
    "container": ["valid", "unknown"],
    "held_within_days": 1,
}  # fmt: skip
conditions = st.sampled_from(sorted(CONDITIONS)).flatmap(
    lambda key: st.tuples(st.just(key), st.just(VALUES[key]) if key in VALUES else value_of(key))
)


def value_of(key):
    try:
        CONDITIONS[key].form(True)
    except ValueError:
        return st.sampled_from([0.0, 0.5, 1.0])
    return st.booleans()


effects = st.fixed_dictionaries(
    {"release": st.sampled_from(["direct", "direct", "never"])},
    optional={
        "risk": st.sampled_from(["low", "medium", "high"]),
        "channel": st.sampled_from(["green", "ordinary", "red"]),
        "wait_s": st.sampled_from([-86_400, -600, 0, 600, 86_400]),
        "second_review": st.sampled_from(["always", 0.0, 0.5]),
        "four_eyes": st.booleans(),
    },
)
rule_sets = st.lists(st.tuples(st.lists(conditions, min_size=1, max_size=3), effects), min_size=1, max_size=5).map(
    lambda drawn: read_rules(written(drawn))
)
circumstances = st.builds(
    Circumstances,
    draw=st.floats(0, 1, exclude_max=True),
    second_draw=st.floats(0, 1, exclude_max=True),
    is_free=st.booleans(),
    released_lately=st.sampled_from([0, 10, 2_000]),
)


def written(drawn):
    lines = ["[limits]", "daily_cap = 10", "longest_wait_s = 7200"]
    for number, (when, effect) in enumerate(drawn):
        lines += ["[[rule]]", f'id = "r{number}"', *(f"{key} = {toml(value)}" for key, value in effect.items())]
        lines += ["[rule.when]", *(f"{key} = {toml(value)}" for key, value in dict(when).items())]
    return "\n".join(lines)


def toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value).replace("'", '"')


@given(rule_sets, scans, circumstances)
def test_no_rules_ever_release_a_scan_with_a_doubt(book, scan, around):
    triage = evaluate(book, scan, around, 1)
    if triage.is_released:
        said = scan.recognition
        assert said is not None
        assert (said.release_doubts, said.failures, scan.complete) == ((), (), True)
        assert triage.risk is Risk.LOW
        assert triage.channel is not ReviewChannel.RED
        assert not triage.second
        assert not triage.four_eyes
        assert around.is_free
        assert around.draw >= book.limits.sampled
        assert around.released_lately < 10


@given(rule_sets, scans, circumstances)
def test_nothing_starves_whatever_the_rules_say(book, scan, around):
    assert 0.0 <= evaluate(book, scan, around, 1).wait_s <= 7_200.0


def test_draws_are_the_same_for_whoever_has_the_secret_and_spread_evenly():
    drawn = [draw(b"s" * 32, "release", f"{number:032x}", "ab") for number in range(4_000)]
    assert drawn == [draw(b"s" * 32, "release", f"{number:032x}", "ab") for number in range(4_000)]
    assert 0.08 < sum(value < 0.1 for value in drawn) / len(drawn) < 0.12
    assert draw(b"t" * 32, "release", "0" * 32, "ab") != drawn[0]
    assert draw(b"s" * 32, "second", "0" * 32, "ab") != drawn[0]
    assert draw(b"", "release", "0" * 32, "ab") == 0.0
