"""Progress of long work: a bar on a terminal, log lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.pipeline import Progress

_LOG_EVERY = 10.0  # seconds between lines where there is no terminal


def make_way() -> None:
    """Wipe the bar off a terminal's line, so that something else can be printed there; it is drawn again below."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


@contextmanager
def progress(label: str, *, unit: str, total: int | None = None) -> Iterator[Progress]:
    """Give a function to call with the number of ``unit`` just done; ``total`` is what is expected, if known."""
    if sys.stderr.isatty():
        # Imported here: commands that show no bar should not pay for it.
        from tqdm import tqdm  # noqa: PLC0415

        with tqdm(total=total, desc=label, unit=f" {unit}", unit_scale=unit == "B", file=sys.stderr) as bar:

            def advance(done: int) -> None:
                bar.update(done)

            yield advance
        return
    so_far = 0
    last = time.monotonic()

    def line(done: int) -> None:
        nonlocal so_far, last
        so_far += done
        if time.monotonic() - last >= _LOG_EVERY:
            last = time.monotonic()
            of = f" of {total:,}" if total is not None else ""
            print(f"{label}: {so_far:,}{of} {unit}", file=sys.stderr)

    yield line
