"""``monitor channels``: look after channels.yaml."""

import argparse
import json

from monitor.cli import options
from monitor.config import watchlist_schema


def run_channels_check(arguments: argparse.Namespace) -> int:
    """Print what channels.yaml declares; a mistake in it is the error of reading it."""
    settings = options.load_settings()
    path = options.channels_file(arguments, settings)
    watch = options.load_watchlist(path)
    if arguments.format == "jsonl":
        options.print_lines(
            {
                "channel": channel.key,
                "name": channel.name,
                "alignment": channel.alignment,
                "family": channel.family,
                "language": channel.language,
                "tags": list(channel.tags),
            }
            for channel in watch.channels
        )
        return 0
    for channel in watch.channels:
        options.say(
            f"{channel.key:24} alignment {channel.alignment or '-':8} family {channel.family or '-':16} "
            f"language {channel.language or '-':3} {channel.name or ''}".rstrip()
        )
    options.say(
        f"{path}: {len(watch.channels)} channels, {len(watch.digests)} digests, {len(watch.alerts)} alerts: all well"
    )
    return 0


def run_channels_schema(_arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of channels.yaml."""
    options.say(json.dumps(watchlist_schema(), indent=2))
    return 0
