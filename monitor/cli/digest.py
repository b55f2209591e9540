"""``monitor digest``: compose one edition, show it, and issue it."""

import argparse
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.cli import options
from monitor.config import DigestPlan, Settings
from monitor.delivery.files import write_edition
from monitor.digest import render_json, render_plain, render_report, render_telegram
from monitor.errors import ConfigurationError, UsageError
from monitor.model.edition import Window
from monitor.pipeline import compose_edition
from monitor.rendering import can_draw, chart_of
from monitor.store import Store

_DAY = timedelta(days=1)


async def run_digest(arguments: argparse.Namespace) -> int:
    """Compose the edition of a window and show it; unless it is a dry run, store it as issued."""
    settings = options.load_settings()
    plan = _plan(arguments, settings)
    zone = ZoneInfo(plan.timezone)
    since, until = options.period(arguments, zone=zone)
    async with await options.open_store(settings) as store:
        window = await _window(store, plan, since=since, until=until)
        edition = await compose_edition(store, plan.name, window, min_severity=plan.min_severity)
        parts = render_telegram(edition, zone=zone, language=plan.language)
        if not arguments.dry_run:
            await store.issue_edition(edition, parts)
    if arguments.out is not None:
        chart = chart_of(edition, zone=zone, language=plan.language)
        if not can_draw():
            options.complain('no chart: the extra "charts" is not installed')
        forms: dict[str, str | bytes] = {
            "txt": render_plain(edition, zone=zone, language=plan.language) + "\n",
            "html": render_report(edition, zone=zone, language=plan.language),
            "json": json.dumps(render_json(edition), ensure_ascii=False, indent=2) + "\n",
            **({} if chart is None else {"png": chart}),
        }
        for path in write_edition(arguments.out, digest=edition.digest, window=edition.window, forms=forms):
            options.complain(f"wrote {path}")
    if arguments.format == "jsonl":
        options.print_lines([render_json(edition)])
    elif arguments.format == "html":
        options.say("\n\n".join(parts))
    else:
        options.say(render_plain(edition, zone=zone, language=plan.language))
    return 0


def _plan(arguments: argparse.Namespace, settings: Settings) -> DigestPlan:
    """Return the digest of that name; where nothing at all is declared, a daily one in UTC."""
    watch = options.watchlist(arguments, settings)
    for plan in watch.digests:
        if plan.name == arguments.name:
            return plan
    if not watch.digests:
        try:
            return DigestPlan(name=arguments.name)
        except ValueError as error:
            raise UsageError(f"{arguments.name!r} names no digest; want Latin letters, digits, - and _") from error
    known = ", ".join(plan.name for plan in watch.digests)
    raise ConfigurationError(f"no digest named {arguments.name!r} is declared; there is: {known}")


async def _window(store: Store, plan: DigestPlan, *, since: datetime | None, until: datetime | None) -> Window:
    """Return the window asked for; by default from the last edition's end (or a day back) to the newest post."""
    newest = await store.newest_instant()
    if newest is None:
        raise UsageError("nothing is stored yet; `monitor import FILE` brings posts")
    # A window does not hold its end, and Telegram counts in seconds.
    end = newest + timedelta(seconds=1) if until is None else until
    start = since or await store.last_window_end(plan.name) or end - _DAY
    if start >= end and since is not None:
        raise UsageError(f"--since {since:%Y-%m-%d %H:%M} UTC: nothing stored was seen after it")
    if start >= end:
        raise UsageError(
            f"digest {plan.name}: nothing new since its last edition, which ended {start:%Y-%m-%d %H:%M} UTC"
        )
    return Window(start=start.astimezone(UTC), end=end.astimezone(UTC))
