from scanview.ingest.arrival import REPORTS_PER_WINDOW, Arrival

WINDOW = 16 << 20


def arrival(accepted: int, held: int, unreported_bytes: int) -> Arrival:
    return Arrival(
        header=None,
        encoded_header=b"",
        file=None,
        track=0,
        peer=None,
        accepted=accepted,
        held=held,
        unreported_bytes=unreported_bytes,
    )


def test_a_port_hears_at_once_when_nothing_of_its_scan_is_under_way():
    assert arrival(accepted=3, held=3, unreported_bytes=1).is_report_due(WINDOW)


def test_a_port_that_fills_its_window_hears_now_and_then():
    assert not arrival(accepted=9, held=3, unreported_bytes=WINDOW // REPORTS_PER_WINDOW - 1).is_report_due(WINDOW)
    assert arrival(accepted=9, held=3, unreported_bytes=WINDOW // REPORTS_PER_WINDOW).is_report_due(WINDOW)
