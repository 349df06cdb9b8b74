"""How a scan stands to its target time."""

import pytest

from scanview.core.review import Verdict
from scanview.core.worklist import Due, due
from tests.unit.session.session_fakes import row


@pytest.mark.parametrize(
    ("waited_s", "how"), [(0, Due.IN_TIME), (74.9, Due.IN_TIME), (75, Due.SOON), (99.9, Due.SOON), (100, Due.LATE)]
)
def test_a_scan_is_due_soon_and_then_late(waited_s, how):
    scan = row(1, target_s=100.0)
    assert due(scan, scan.arrived_at + waited_s) is how
    assert due(row(1, target_s=100.0, verdict=Verdict.HOLD), scan.arrived_at + waited_s) is Due.IN_TIME
    assert due(row(1), scan.arrived_at + waited_s) is Due.IN_TIME
