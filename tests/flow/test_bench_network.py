"""The benches' hubs, ports, lanes and analysts do what their figures are taken of."""

from bench.intake.hub_process import hub
from bench.intake.strips import encoded, noisy_counts
from bench.network.analyst import Analyst
from bench.network.hub import running_hub
from bench.network.lane import Lane
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.records import read_prefix
from tests.flow.upload_network import eventually

ROWS = 32


def test_scans_of_several_connections_are_received(tmp_path):
    records = encoded(noisy_counts(300, ROWS))
    for encrypted, connections in ((True, 2), (False, 1)):
        with hub(tmp_path / str(connections), encrypted=encrypted, connections=connections) as senders:
            assert senders.upload(records, 2, connections=connections) > 0
            received = [len(sender.spool.received_at) for sender in senders.all]
            assert received == [2] * connections


def test_a_truck_passes_and_the_decision_moves_its_gate():
    records = encoded(noisy_counts(200, ROWS))
    with running_hub() as running, ReactorThread("bench lane") as loop, Analyst("analyst", running) as analyst:
        lane = Lane(0, running, loop)
        lane.wait_online()
        scan = lane.pass_through(records, [read_prefix(record) for record in records], ROWS)
        eventually(lambda: scan in lane.gate_moved_at, "the gate is moved")
        lane.close()
    assert lane.given_at[scan] < lane.received_at[scan] < lane.gate_moved_at[scan][0]
    assert analyst.sent_at[scan] < lane.gate_moved_at[scan][0]
