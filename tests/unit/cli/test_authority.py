"""The authority by the command line: made, shown, moved away, adopted by a hub, pinned by a port."""

import json

import pytest

from scanview.cli import main
from scanview.wire.authority import KEY_FILE, Authority, decode_authority_card, read_revocations
from scanview.wire.hub_authority import HubAuthority
from scanview.wire.pinned_authority import pinned_authority


@pytest.fixture
def passphrase(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text("open sesame\n")
    return file


def test_an_authority_is_made_adopted_pinned_and_takes_back(tmp_path, capsys, passphrase):
    safe, data, spool = tmp_path / "safe", tmp_path / "data", tmp_path / "spool"
    words = ["authority", "make", "--folder", str(safe), "--name", "Customs of X", "--passphrase-file", str(passphrase)]
    assert main(words) == 0
    card = decode_authority_card(capsys.readouterr().out.encode())
    assert main(words) == 1, "never over another"
    assert main(["authority", "adopt", "--data", str(data), str(safe / "card.json")]) == 0
    assert HubAuthority(data).card == card
    assert HubAuthority(data).own() is None
    assert main(["keys", "pin", "--folder", str(spool), "--authority", str(safe / "card.json")]) == 0
    assert pinned_authority(spool) == card
    revoke = ["authority", "revoke", "--folder", str(safe), "--data", str(data), "1" * 32]
    assert main([*revoke, "--passphrase-file", str(passphrase)]) == 0
    assert read_revocations(data / "authority", card)[0].revoked == ("1" * 32,)
    passphrase.write_text("wrong")
    assert main([*revoke, "--passphrase-file", str(passphrase)]) == 1


def test_a_hubs_authority_is_shown_and_moved_away(tmp_path, capsys):
    card = HubAuthority(tmp_path / "data").card
    assert main(["authority", "show", "--data", str(tmp_path / "data")]) == 0
    assert decode_authority_card(capsys.readouterr().out.encode()) == card
    assert main(["authority", "--json", "move", "--data", str(tmp_path / "data"), "--to", str(tmp_path / "stick")]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["key"] == card.key
    assert "destroy" in told.err
    assert not (tmp_path / "data" / "authority" / KEY_FILE).exists()
    assert Authority.load(tmp_path / "stick").card == card
    assert main(["authority", "move", "--data", str(tmp_path / "data"), "--to", str(tmp_path / "other")]) == 1


def test_a_port_keeps_whom_it_has_pinned(tmp_path):
    for name in ("a", "b"):
        Authority.make(tmp_path / name, name)
    pin = ["keys", "pin", "--folder", str(tmp_path / "spool"), "--authority"]
    assert main([*pin, str(tmp_path / "a" / "card.json")]) == 0
    assert main([*pin, str(tmp_path / "b" / "card.json")]) == 1
    assert pinned_authority(tmp_path / "spool").authority == "a"
    assert main([*pin, str(tmp_path / "b" / "card.json"), "--replace"]) == 0
    assert pinned_authority(tmp_path / "spool").authority == "b"
    with pytest.raises(SystemExit):
        main(["keys", "pin", "--folder", str(tmp_path / "spool")])


def test_the_doctor_says_whose_word_opens_gates(tmp_path, capsys):
    data, spool = tmp_path / "data", tmp_path / "spool"

    def found(of, folder):
        code = main(["doctor", "--json", "--of", of, "--folder", str(folder)])
        return code, {line["name"]: line["verdict"] for line in map(json.loads, capsys.readouterr().out.splitlines())}

    assert found("hub", data) == (1, {"authority-known": "FAIL", "authority-moved": "PASS"})
    HubAuthority(data)
    assert found("hub", data) == (1, {"authority-known": "PASS", "authority-moved": "FAIL"})
    assert main(["authority", "move", "--data", str(data), "--to", str(tmp_path / "away")]) == 0
    capsys.readouterr()
    assert found("hub", data) == (0, {"authority-known": "PASS", "authority-moved": "PASS"})
    assert found("port", spool) == (1, {"authority-pinned": "FAIL"})
    assert main(["keys", "pin", "--folder", str(spool), "--authority", str(data / "authority" / "card.json")]) == 0
    assert found("port", spool) == (0, {"authority-pinned": "PASS"})
