"""The hit rate of holds: what is counted, by what, and how sure it is."""

from scanview.core.hit_rate import Opened, by_analyst, by_label, by_lane, by_reason, hit_rates, missed
from scanview.core.inspection import Found
from scanview.core.review import Verdict


def opened(found, *, lane="CNSHA-03", verdict=Verdict.HOLD, reason="suspect-object", labels=(), analyst="li"):
    return Opened(
        scan="0" * 32,
        lane=lane,
        analyst=analyst,
        verdict=verdict,
        reason=reason,
        labels=labels,
        found=found,
        opened_at=1.0,
    )


DAY = (
    opened(Found.FOUND, labels=("weapon", "drugs")),
    opened(Found.PARTLY, lane="CNNGB-01", analyst="zhang"),
    opened(Found.NOTHING, reason="too-dense", labels=("weapon",)),
    opened(Found.FOUND, verdict=Verdict.RELEASE, reason=""),
    opened(Found.NOTHING, verdict=Verdict.RELEASE, reason=""),
)


def counted(by):
    return {key: (rate.hits, rate.partly, rate.opened) for key, rate in hit_rates(DAY, by).items()}


def test_holds_are_counted_by_what_one_asks_for():
    assert counted(by_reason) == {"suspect-object": (2, 1, 2), "too-dense": (0, 0, 1)}
    assert counted(by_lane) == {"CNNGB-01": (1, 1, 1), "CNSHA-03": (1, 0, 2)}
    assert counted(by_analyst) == {"li": (1, 0, 2), "zhang": (1, 1, 1)}
    assert counted(by_label) == {"drugs": (1, 0, 1), "none": (1, 1, 1), "weapon": (1, 0, 2)}


def test_what_is_found_in_a_release_is_a_miss_and_no_hit():
    assert (missed(DAY).hits, missed(DAY).opened) == (1, 2)


def test_a_share_of_few_is_told_with_how_sure_it_is():
    rate = hit_rates(DAY, by_lane)["CNSHA-03"]
    assert rate.share == 0.5
    assert rate.interval.low < 0.15 < 0.85 < rate.interval.high
    assert missed(()).share == 0.0
