"""Commands for models: what they are, who vouches for them, and signing them."""

import argparse
from getpass import getpass
from pathlib import Path

from scanview.cli.command import Commands, add, home, result, say
from scanview.cli.selecting import TRUSTED, add_trusted
from scanview.core.errors import ScanViewError


def register(commands: Commands) -> None:
    """Add `models`."""
    actions = add(commands, "models", models).add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="the models in a folder, and who vouches for each")
    listed.add_argument("folder", nargs="?", type=Path, help="default: the models that come with ScanView")
    check = actions.add_parser("check", help="whether models may be used here, and why not")
    sign = actions.add_parser("sign", help="sign models as their publisher, in the manifest beside them")
    for action in (check, sign):
        action.add_argument("files", nargs="+", type=Path, metavar="FILE")
    sign.add_argument("--key", type=Path, required=True, help="the publisher's private key")
    for action in (listed, check):
        add_trusted(action)

    key = actions.add_parser("key", help="make a publisher's private key; prints the public one")
    key.add_argument("--out", type=Path, required=True, metavar="FILE")
    key.add_argument("--passphrase", action="store_true", help="ask for a passphrase that protects it")
    trust = actions.add_parser("trust", help="use models of a publisher from now on")
    trust.add_argument("name")
    trust.add_argument("public", metavar="KEY", help="64 hexadecimal digits, as `models key` printed them")
    distrust = actions.add_parser("distrust", help="use models of a publisher no longer")
    distrust.add_argument("name")
    publishers = actions.add_parser("publishers", help="whose models are used here")
    for action in (trust, distrust, publishers):
        action.add_argument("--folder", dest="trusted", type=Path, default=home(TRUSTED), help="where that is kept")


def models(options: argparse.Namespace) -> int:
    """List, check and sign models, and say whose are used."""
    return _ACTIONS[options.action](options)


def _list(options: argparse.Namespace) -> int:
    from scanview.detect.model import shipped_model

    folder = options.folder or shipped_model().parent
    return _look_at(sorted(folder.glob("*.onnx")), options)


def _check(options: argparse.Namespace) -> int:
    return _look_at(options.files, options)


def _look_at(files: list[Path], options: argparse.Namespace) -> int:
    """Say of each file what it is and who vouches for it; 1 where one may not be used."""
    from scanview.detect.inspection import inspect_model
    from scanview.wire.publishers import Trust, trusted_publishers

    trust, failed = Trust(publishers=trusted_publishers(options.trusted)), 0
    for file in files:
        try:
            found = inspect_model(file, trust)
        except ScanViewError as error:
            failed += 1
            result({"model": str(file), "code": error.code, "error": str(error)}, options, f"{file}: {error}")
            continue
        said = {"model": str(file), "kind": found.kind, "version": found.version, "publisher": found.publisher}
        result(said, options, f"{file}: {found.kind} {found.version}, signed by {found.publisher}")
    return 1 if failed else 0


def _sign(options: argparse.Namespace) -> int:
    from scanview.detect.inspection import sign_model
    from scanview.wire.key_files import load_key_file

    key = load_key_file(options.key, lambda: getpass(f"Passphrase of {options.key}: "))
    for file in options.files:
        entry = sign_model(file, key)
        result(
            {"model": str(file), "kind": entry.kind, "version": entry.version, "sha256": entry.sha256},
            options,
            f"{file}: signed as {entry.kind} {entry.version}",
        )
    return 0


def _key(options: argparse.Namespace) -> int:
    from scanview.wire.key_files import make_key_file

    public = make_key_file(options.out, _passphrase() if options.passphrase else "")
    result({"key": str(options.out), "public": public}, options, public)
    return 0


def _trust(options: argparse.Namespace) -> int:
    from scanview.wire.publishers import Publisher, trust_publisher

    trust_publisher(options.trusted, Publisher(name=options.name, public=options.public))
    say(f"models of {options.name} are used from now on")
    return 0


def _distrust(options: argparse.Namespace) -> int:
    from scanview.wire.publishers import distrust_publisher

    if not distrust_publisher(options.trusted, options.name):
        say(f"no publisher {options.name} was named here")
        return 1
    return 0


def _publishers(options: argparse.Namespace) -> int:
    from scanview.wire.publishers import trusted_publishers

    for known in trusted_publishers(options.trusted):
        result({"publisher": known.name, "public": known.public}, options, f"{known.public}  {known.name}")
    return 0


def _passphrase() -> str:
    chosen = getpass("Passphrase: ")
    if chosen != getpass("Once more: "):
        raise SystemExit(2)
    return chosen


_ACTIONS = {
    "list": _list,
    "check": _check,
    "sign": _sign,
    "key": _key,
    "trust": _trust,
    "distrust": _distrust,
    "publishers": _publishers,
}
