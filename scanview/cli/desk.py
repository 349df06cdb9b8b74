"""Commands for people who look at scans: the demo and the client."""

import argparse
from pathlib import Path

from scanview.cli.command import Commands, add, add_hub, home, hub_of, keep_private, positive, result, say
from scanview.settings import ClientSettings, load


def register(commands: Commands) -> None:
    """Add `demo` and `view`."""
    parser = add(commands, "demo", demo)
    parser.add_argument("--headless", action="store_true", help="no window: drive the client and leave a picture")
    parser.add_argument("--scans", type=positive, help="scans to send (default: 6 headless, else until closed)")
    parser.add_argument("--seed", type=int, default=1, help="what the simulated scans are drawn from")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the screen")
    parser.add_argument("--data", type=Path, help="folder to work in (default: a new temporary one)")

    parser = add(commands, "view", view)
    add_hub(parser, default="")
    parser.add_argument("--user", default="", help="the name to sign in with")
    parser.add_argument("--folder", type=Path, default=home("workstation"), help="keys and preferences")
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the screen (default: the last one used)")
    parser.add_argument("--config", type=Path, help="TOML file with a [client] table")


def demo(options: argparse.Namespace) -> int:
    """Show the whole network on this machine."""
    from scanview.demo.show import show  # a command loads what it needs and nothing else

    keep_private()
    outcome = show(
        headless=options.headless,
        scans=options.scans,
        seed=options.seed,
        language=options.lang,
        folder=options.data,
        say=say,
    )
    result(outcome.summary, options)
    return 0 if outcome.is_whole else 1


def view(options: argparse.Namespace) -> int:
    """Open the analyst's client."""
    from scanview.ui.app import run_client

    keep_private()
    settings = load(options.config, ClientSettings) if options.config else ClientSettings()
    return run_client(
        hub_of(options, options.folder),
        folder=options.folder,
        user=options.user,
        language=options.lang,
        settings=settings,
    )
