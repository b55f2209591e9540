"""``monitor run``: the daemon."""

import argparse

from monitor.cli import options
from monitor.daemon import run


async def run_run(arguments: argparse.Namespace) -> int:
    """Run until told to stop."""
    settings = options.load_settings()
    path = options.channels_file(arguments, settings)
    await run(settings, channels_file=path, accounts=arguments.account)
    return 0
