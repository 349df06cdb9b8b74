"""What a port says of itself, in two languages, on the terminal and on its page."""

import http.client
import json
import re
import string
from pathlib import Path

import msgspec
import pytest

from scanview.core.errors import BadInput, Unavailable
from scanview.ingest import judging, release_grounds
from scanview.ingest.port_status import (
    STALE_AFTER_S,
    GateStatus,
    HubStatus,
    PortStatus,
    RefusedOrder,
    SpoolStatus,
    StatusFile,
    WaitingScan,
    read_status,
)
from scanview.ingest.refusal_text import REFUSALS
from scanview.ingest.status_page import StatusPage, render
from scanview.ingest.status_report import Grade, as_text, report
from scanview.ingest.status_text import TEXT
from scanview.wire import warrants

AT = 1_750_000_000.0
HUB = HubStatus(
    endpoint="tcp://hub.example:7701", key="0" * 16, link="online", in_use=True, clock_offset_s=0.01, clock_error_s=0.02
)
GONE = HubStatus(
    endpoint="tcp://second.example:7701",
    key="1" * 16,
    link="offline",
    in_use=False,
    problem="no route",
    problem_code="hub-unreachable",
)
STATUS = PortStatus(
    lane="CNSHA-03",
    default="HOLD",
    link="online",
    problem="",
    hubs=(HUB, GONE),
    spool=SpoolStatus(level="high", used_bytes=88_000_000, capacity_bytes=100_000_000),
    scans_waiting=103,
    scans_received=7,
    scans_refused=0,
    scans_damaged=("a" * 32 + ".tif",),
    waiting=(
        WaitingScan(
            scan="b" * 32,
            container="<b>CSQU3054383\x1b[2J",
            priority="truck",
            begun_at=AT - 7_300,
            strips=12,
            is_whole=True,
            is_refused=False,
        ),
    ),
    limit_mbit=2.5,
    orders_applied=4,
    gate_failures=(GateStatus(order="c" * 32, scan="b" * 32, attempts=3, why="the barrier is jammed"),),
    last_error="",
    at=AT,
)


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_say_the_same() -> None:
    assert TEXT["en"].keys() == TEXT["zh"].keys()
    assert all(places(TEXT["en"][id]) == places(TEXT["zh"][id]) for id in TEXT["en"])
    assert not any(re.search("[a-z]{4,}", re.sub(r"\{.*?\}|Mbit|damaged/", "", text)) for text in TEXT["zh"].values())


def test_every_refusal_has_a_sentence_in_both_languages() -> None:
    assert REFUSALS["en"].keys() == REFUSALS["zh"].keys()
    sources = "".join(Path(module.__file__ or "").read_text() for module in (judging, release_grounds, warrants))
    codes = set(re.findall(r'code="([a-z-]+)"|return "([a-z-]+)"', sources))
    told = {code or other for code, other in codes}
    assert len(told) > 15
    assert told - {"other-order"} <= REFUSALS["en"].keys(), "the message and the document name different orders"


def test_whose_signatures_open_the_gate_is_told() -> None:
    assert "No authority is pinned" in as_text(report(STATUS, AT))
    pinned = tuple(msgspec.structs.replace(hub, authority="Customs (0123)") for hub in STATUS.hubs)
    refused = (RefusedOrder(order="d" * 32, scan="e" * 32, why="unsigned", at=AT - 61),)
    status = msgspec.structs.replace(STATUS, hubs=pinned, release_signatures=2, orders_refused=refused)
    text = as_text(report(status, AT))
    assert "at least 2 people whom Customs (0123) certified" in text
    assert "nobody signed this release" in text
    assert "Customs (0123) 认证" in as_text(report(status, AT, "zh"))


def test_the_report_tells_everything_a_technician_asks() -> None:
    text = as_text(report(STATUS, AT + 3))
    for told in (
        "HOLD until a signed order says otherwise",
        "tcp://hub.example:7701",
        "gets new scans",
        "no connection",
        "cannot be reached: check that it runs",
        "88 % used, 88.0 MB of 100.0 MB: high",
        "at most 2.5 Mbit/s",
        "103 wait, 7 received, 0 refused, 1 damaged",
        "2 h",
        "and 102 more",
        "a" * 32 + ".tif",
        "4 applied, 1 wait for the gate",
        "the barrier is jammed",
    ):
        assert told in text
    assert "\x1b" not in text
    assert report(STATUS, AT).grade is Grade.GOOD


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_a_hub_or_a_program_everything_is_on_hold_and_it_says_so(language: str) -> None:
    out_of_reach = msgspec.structs.replace(STATUS, hubs=(GONE,))
    for status, now in ((out_of_reach, AT), (STATUS, AT + STALE_AFTER_S), (STATUS, AT - 3 * 86_400)):
        told = report(status, now, language)
        assert told.grade is Grade.BAD
        assert "HOLD" in told.headline
        assert told.headline != report(STATUS, AT, language).headline


@pytest.mark.parametrize(
    ("offset_s", "told"),
    [(None, "not measured"), (0.01, "right to 0.05 s"), (259_200.0, "259,200.0 s slow"), (-2.0, "2.0 s fast")],
)
def test_the_clock_is_told_from_where_the_technician_stands(offset_s: float | None, told: str) -> None:
    hub = msgspec.structs.replace(HUB, clock_offset_s=offset_s)
    assert told in as_text(report(msgspec.structs.replace(STATUS, hubs=(hub,)), AT))


def test_a_hub_that_takes_nothing_says_why() -> None:
    full = msgspec.structs.replace(HUB, postponed="the hub's disk is almost full")
    assert "takes none now: the hub's disk is almost full" in as_text(
        report(msgspec.structs.replace(STATUS, hubs=(full,)), AT)
    )


def test_the_page_escapes_what_comes_from_outside() -> None:
    page = render(report(STATUS, AT, "zh"))
    assert "<b>" not in page
    assert "&lt;b&gt;CSQU3054383" in page
    assert '<html lang="zh">' in page
    assert "<script" not in page


def test_the_file_is_written_where_something_changed(tmp_path: Path) -> None:
    file = StatusFile(tmp_path)
    with pytest.raises(Unavailable, match="no port has run"):
        read_status(tmp_path)
    file.write(STATUS)
    first = (tmp_path / "status.json").stat().st_ino
    file.write(STATUS)
    assert (tmp_path / "status.json").stat().st_ino == first
    file.write(msgspec.structs.replace(STATUS, orders_applied=5))
    assert read_status(tmp_path).orders_applied == 5
    (tmp_path / "status.json").write_bytes(b'{"lane":')
    with pytest.raises(BadInput):
        read_status(tmp_path)


@pytest.fixture
def page(tmp_path: Path):
    StatusFile(tmp_path).write(STATUS)
    page = StatusPage(tmp_path, 0)
    page.start()
    yield page
    page.close()


def ask(page: StatusPage, path: str, method: str = "GET", **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body, answer.headers


def test_a_browser_gets_the_page_in_its_language(page: StatusPage) -> None:
    status, body, headers = ask(page, "/", **{"Accept-Language": "fr, zh-CN;q=0.9, en;q=0.5"})
    assert (status, "通道 CNSHA-03" in body) == (200, True)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Lane CNSHA-03" in ask(page, "/?lang=en", **{"Accept-Language": "zh"})[1]


def test_a_program_gets_the_status_itself(page: StatusPage) -> None:
    status, body, headers = ask(page, "/status.json")
    assert (status, headers.get_content_type()) == (200, "application/json")
    assert json.loads(body)["default"] == "HOLD"


def test_nobody_else_gets_anything(page: StatusPage) -> None:
    assert ask(page, "/status.json", Host="evil.example")[0] == 403
    assert ask(page, "/../identity.json")[0] == 404
    assert ask(page, "/", method="POST")[0] == 501
    with pytest.raises(Unavailable, match="--status-port"):
        StatusPage(Path(), page.port)
