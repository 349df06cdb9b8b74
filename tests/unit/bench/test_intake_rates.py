from bench.intake.rates import Contender, rows_of


def contender(*rates: float, costs: tuple[float, ...] = ()) -> Contender:
    return Contender(scans=1, take_turn=lambda: 1.0, rates=list(rates), costs=list(costs))


def test_ratios_are_taken_within_the_rounds():
    ours = {name: contender(900, 90, 500, costs=(1.5, 1.0, 2.0)) for name in ("plain", "curve", "curve4")}
    rows = {row.row: row for row in rows_of({"disk": contender(1_000, 100, 1_000), **ours})}
    assert (rows["plain"].value, rows["plain"].reference, rows["plain"].ratio) == (500, 1_000, 0.9)
    assert (rows["plain"].met, rows["curve"].met, rows["curve4"].met) == (False, True, True)
    assert rows["curve_hub_cpu"].value == 1.5
    assert not any(name.startswith("vs_") for name in rows), "peers that are not installed have no row"


def test_peers_are_met_with_encryption_and_without():
    ours = {name: contender(600, costs=(1.0,)) for name in ("curve", "curve4")}
    ours["plain"] = contender(800, costs=(1.0,))
    rows = {row.row: row for row in rows_of({"disk": contender(800), "dcmtk": contender(280), **ours})}
    assert (rows["vs_dcmtk"].ratio, rows["vs_dcmtk"].goal, rows["vs_dcmtk"].met) == (2.14, 2.0, True)
    assert (rows["vs_dcmtk_plain"].ratio, rows["vs_dcmtk_plain"].goal, rows["vs_dcmtk_plain"].met) == (2.86, 3.0, False)
