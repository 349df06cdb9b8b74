"""Reads rule files. Every error names its line, the reason, and the nearest key that there is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from scanview.core.errors import BadInput
from scanview.core.review import Risk
from scanview.core.rule_report import RuleProblem
from scanview.core.toml_text import read_toml
from scanview.core.triage import MAX_RULES, MAX_SKILLS, MAX_WAIT_S, ReviewChannel, check_rule_name
from scanview.review.rules.conditions import CONDITIONS, When
from scanview.review.rules.forms import Form, choice, flag, number, review_share, share, skills, whole
from scanview.review.rules.known import folded
from scanview.review.rules.lines import Lines, line_of_error, lines_of
from scanview.review.rules.rule_book import Effect, Limits, Release, Rule, RuleBook

MAX_TEXT_BYTES = 256 * 1024
MAX_SHOWN = 5
"""Problems that one error tells; `problems_of` has them all."""

_SECONDS = number(0.0, MAX_WAIT_S, " s")

_LIMITS: Mapping[str, Form] = {
    "most_released": share,
    "most_missed": share,
    "fewest_scans": whole(0, 1_000_000),
    "sampled": number(0.001, 1.0),
    "daily_cap": whole(0, 1_000_000),
    "alpha": number(0.001, 0.5),
    "longest_wait_s": _SECONDS,
}

_EFFECTS: Mapping[str, Form] = {
    "risk": choice(Risk.LOW, Risk.MEDIUM, Risk.HIGH),
    "channel": choice(*ReviewChannel),
    "wait_s": number(-MAX_WAIT_S, MAX_WAIT_S, " s"),
    "skills": skills,
    "target_s": number(1.0, MAX_WAIT_S, " s"),
    "second_review": review_share,
    "four_eyes": flag,
    "release": choice(*Release),
}

_TYPES: Mapping[str, type] = {"risk": Risk, "channel": ReviewChannel, "release": Release}
_RULE_KEYS = ("id", "when", "unless", *_EFFECTS)
_TABLES = ("limits", "waiting", "importers", "rule")


def read_rules(text: str) -> RuleBook:
    """The rules in `text`; BadInput, which names lines and reasons, where it is no sound rule file."""
    reader = _read(text)
    if reader.problems:
        raise BadInput(told(reader.problems), code="bad-rules", remedy="Mend the file; the rules that were there stay")
    return reader.book()


def problems_of(text: str) -> tuple[RuleProblem, ...]:
    """Everything that is wrong in `text`, in the order of its lines; empty where nothing is."""
    return tuple(sorted(_read(text).problems, key=lambda problem: problem.line))


def told(problems: list[RuleProblem] | tuple[RuleProblem, ...]) -> str:
    """The problems in one text, the first of them where they are many."""
    in_order = sorted(problems, key=lambda problem: problem.line)
    more = [f"and {len(in_order) - MAX_SHOWN} more"] if len(in_order) > MAX_SHOWN else []
    return "; ".join([*map(str, in_order[:MAX_SHOWN]), *more])


def _read(text: str) -> "_Reader":
    reader = _Reader(Lines({}))
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        reader.problems.append(RuleProblem(line=1, reason=f"a rule file has at most {MAX_TEXT_BYTES} bytes"))
        return reader
    try:
        document = read_toml(text)
    except ValueError as error:
        reader.problems.append(RuleProblem(line=line_of_error(str(error), text), reason=f"this is not TOML: {error}"))
        return reader
    reader.lines = lines_of(text)
    reader.read(document)
    return reader


@dataclass(slots=True)
class _Reader:
    """What is read so far, and what is wrong with it."""

    lines: Lines
    problems: list[RuleProblem] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    waiting: dict[str, Any] = field(default_factory=dict)
    standings: dict[str, str] = field(default_factory=dict)

    def book(self) -> RuleBook:
        plain = RuleBook(rules=tuple(self.rules.values()), limits=Limits(**self.limits), standings=self.standings)
        waiting = {**plain.waiting, **{Risk(risk): seconds for risk, seconds in self.waiting.items()}}
        lines = {limit.name: self.lines.of("limits", limit.name) for limit in fields(Limits)}
        return RuleBook(rules=plain.rules, limits=plain.limits, waiting=waiting, standings=plain.standings, lines=lines)

    def read(self, document: Mapping[str, Any]) -> None:
        for name in document:
            self.check_key(name, _TABLES, "there is no table", name)
        self.limits = self.values(document.get("limits", {}), _LIMITS, "limits")
        self.waiting = self.values(document.get("waiting", {}), dict.fromkeys(Risk, _SECONDS), "waiting")
        self.read_importers(document.get("importers", {}))
        rules = document.get("rule", [])
        if not isinstance(rules, list) or any(not isinstance(rule, dict) for rule in rules):
            self.wrong("a rule begins with [[rule]]", "rule")
            return
        if len(rules) > MAX_RULES:
            self.wrong(f"a file has at most {MAX_RULES} rules", "rule", MAX_RULES)
        for place, rule in enumerate(rules[:MAX_RULES]):
            self.read_rule(place, rule)
        if len({skill for rule in self.rules.values() for skill in rule.effect.skills}) > MAX_SKILLS:
            self.wrong(f"a file names at most {MAX_SKILLS} skills", "rule")

    def read_importers(self, table: Any) -> None:
        if not isinstance(table, dict):
            self.wrong("[importers] is a table of names", "importers")
            return
        for name, standing in table.items():
            if not isinstance(standing, str) or not 1 <= len(standing) <= 64:
                self.wrong(f"the standing of {name!r} is a text of 1 to 64 characters", "importers", name)
            else:
                self.standings[folded(name)] = standing

    def read_rule(self, place: int, rule: dict[str, Any]) -> None:
        name = self.rule_name(place, rule.get("id"))
        for key in rule:
            self.check_key(key, _RULE_KEYS, f"rule {name}: there is no key", "rule", place, key)
        effects = {key: value for key, value in rule.items() if key in _EFFECTS}
        effect = self.values(effects, _EFFECTS, "rule", place)
        if not effects:
            self.wrong(f"rule {name} does nothing: give it one of {', '.join(_EFFECTS)}", "rule", place)
        when = self.conditions(rule.get("when", {}), "when", place)
        unless = self.conditions(rule.get("unless", {}), "unless", place)
        if not rule.get("when"):
            self.wrong(f"rule {name} has no conditions: write when = {{ always = true }} for every scan", "rule", place)
        if name in self.rules:
            self.wrong(f"there is a rule {name} already, on line {self.rules[name].line}", "rule", place, "id")
        typed = {key: _TYPES[key](value) if key in _TYPES else value for key, value in effect.items()}
        line = self.lines.of("rule", place)
        self.rules.setdefault(name, Rule(rule=name, line=line, when=when, unless=unless, effect=Effect(**typed)))

    def rule_name(self, place: int, name: Any) -> str:
        if name is None:
            self.wrong("this rule has no id", "rule", place)
        else:
            try:
                return check_rule_name(name if isinstance(name, str) else repr(name), "rule")
            except BadInput as error:
                self.wrong(error.message, "rule", place, "id")
        return f"number-{place + 1}"

    def conditions(self, table: Any, key: str, place: int) -> When:
        forms = {name: condition.form for name, condition in CONDITIONS.items()}
        return self.values(table, forms, "rule", place, key)

    def values(self, table: Any, forms: Mapping[str, Form], *place: str | int) -> dict[str, Any]:
        """The values of `table` that are sound; what is not is noted."""
        sound: dict[str, Any] = {}
        if not isinstance(table, dict):
            self.wrong(f"{place[-1]} is a table of keys and values", *place)
            return sound
        for key, value in table.items():
            if self.check_key(key, tuple(forms), "there is no key", *place, key):
                try:
                    sound[key] = forms[key](value)
                except ValueError as error:
                    self.wrong(f"{key} {error}, not {_shown(value)}", *place, key)
        return sound

    def check_key(self, key: str, known: tuple[str, ...], said: str, *place: str | int) -> bool:
        if key in known:
            return True
        near = get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        self.wrong(f"{said} {key!r}; {hint}", *place)
        return False

    def wrong(self, reason: str, *place: str | int) -> None:
        self.problems.append(RuleProblem(line=self.lines.of(*place), reason=reason))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
