"""Take a picture of the sample digest as it looks in a chat on a phone, its chart too. For development only: it needs Chromium.

Run ``python -m tools.picture docs/images/digest.png`` from the root of the project.
"""

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.cli.demo import database_url, demonstrate
from monitor.digest import render_telegram
from monitor.digest.chart import draw_chart

WIDTH_PX = 412  # a phone's, in CSS pixels
SCALE = 2  # device pixels a CSS pixel
_TALLEST_PX = 16_000
_TIMEOUT_S = 120
_HEIGHT = re.compile(r'data-height="(\d+)"')
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_CHAT = """<!doctype html>
<html lang="en"><meta charset="utf-8">
<style>
  body {{ margin: 0; padding: 12px; width: {width}px; box-sizing: border-box; background: #c9dbc0;
         font: 15px/1.36 "DejaVu Sans", "Noto Sans", "Noto Sans Arabic", "Noto Color Emoji", sans-serif; }}
  main {{ display: flow-root; }}
  div {{ background: #fff; border-radius: 12px; margin: 0 0 8px; padding: 8px 11px; white-space: pre-wrap;
         overflow-wrap: anywhere; box-shadow: 0 1px 1px #0002; unicode-bidi: plaintext; }}
  a {{ color: #2678b6; text-decoration: none; }}
</style>
<body><main>{parts}</main>
<script>document.body.dataset.height = Math.ceil(document.querySelector("main").offsetHeight) + 24</script>
"""


def main() -> int:
    """Run the pipeline on the bundled sample and photograph its digest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=Path, help="the PNG file of the chat to write; the chart is written beside it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shown = asyncio.run(demonstrate(database_url(Path(folder))))
    zone = ZoneInfo(shown.plan.timezone)
    photograph(render_telegram(shown.edition, zone=zone), arguments.picture)
    chart = draw_chart(shown.edition, zone=zone)
    if chart is None:
        sys.exit("the sample's last edition disputes nothing, so there is no chart")
    arguments.picture.with_name("chart.png").write_bytes(chart)
    return 0


def photograph(parts: Sequence[str], picture: Path) -> None:
    """Write the messages ``parts``, each in Telegram's HTML, as a picture of a chat."""
    browser = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"no browser found; install one of: {', '.join(_BROWSERS)}")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "chat.html"
        bubbles = "".join(f"<div>{part}</div>" for part in parts)
        page.write_text(_CHAT.format(width=WIDTH_PX, parts=bubbles), encoding="utf-8")
        command = [browser, *_FLAGS, f"--user-data-dir={folder}/profile", f"--force-device-scale-factor={SCALE}"]
        tall = f"--window-size={WIDTH_PX},{_TALLEST_PX}"
        measured = _run([*command, tall, "--dump-dom", page.as_uri()])
        found = _HEIGHT.search(measured)
        if found is None:
            sys.exit("the browser gave no page back")
        height = min(int(found[1]), _TALLEST_PX)
        picture.parent.mkdir(parents=True, exist_ok=True)
        _run([*command, f"--window-size={WIDTH_PX},{height}", f"--screenshot={picture.resolve()}", page.as_uri()])


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S)  # noqa: S603 - our own browser and page
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
