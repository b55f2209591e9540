"""``monitor extract``: post lines in, claim lines out, fast and without a database."""

import argparse
import gc
import json
import signal
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

from monitor.claims import Reader, claims_as_json
from monitor.cli import options
from monitor.cli.postlines import channels_of, open_lines, read_post_line
from monitor.errors import UsageError
from monitor.model.post import Channel
from monitor.telegram.export import LONGEST_RECORD
from monitor.telegram.fields import RecordError

_BATCH = 500  # lines sent to another process at once
_MOST_JOBS = 64

_encode = json.JSONEncoder(ensure_ascii=False).encode
Numbered = tuple[int, bytes | None]


@dataclass(frozen=True, slots=True)
class _Line:
    """What became of one post line: a claim line, or why there is none."""

    number: int
    text: str | None
    problem: str | None = None


class _Extractor:
    """Turns post lines into claim lines."""

    def __init__(self, reader: Reader, channels: Mapping[str, Channel]) -> None:
        self._reader = reader
        self._channels = channels

    def line(self, number: int, raw: bytes | None) -> _Line | None:
        """Return what one line gives; ``None`` for an empty one."""
        if raw is None:
            return _Line(number, None, f"longer than {LONGEST_RECORD:,} bytes")
        if not raw.strip():
            return None
        try:
            name, text, posted_at, channel = read_post_line(raw, self._channels)
        except RecordError as error:
            return _Line(number, None, str(error))
        reading = self._reader.read(text, posted_at=posted_at, channel=channel)
        return _Line(
            number, _encode({"id": name, "lang": reading.language, "claims": claims_as_json(reading, text)}) + "\n"
        )

    def lines(self, batch: Sequence[Numbered]) -> list[_Line]:
        """Return what a batch of lines gives, in their order."""
        return [line for number, raw in batch if (line := self.line(number, raw)) is not None]


def run_extract(arguments: argparse.Namespace) -> int:
    """Stream post lines to claim lines; 1 if a line was broken."""
    if not 1 <= arguments.jobs <= _MOST_JOBS:
        raise UsageError(f"--jobs {arguments.jobs}: want 1 to {_MOST_JOBS} processes")
    channels = channels_of(arguments.channels)
    with open_lines(arguments.file) as file:
        # The lexicons and the gazetteer stay for good: the collector need not walk through them, neither while they grow
        # nor afterwards.
        gc.disable()
        extractor = _Extractor(options.load_reader(), channels)
        gc.freeze()
        gc.enable()
        numbered = enumerate(file.lines(longest=LONGEST_RECORD), start=1)
        done = (
            _in_order(extractor, numbered) if arguments.jobs == 1 else _in_parallel(extractor, numbered, arguments.jobs)
        )
        name, broken, write = arguments.file, 0, sys.stdout.write
        for line in done:
            if line.text is not None:
                write(line.text)
            else:
                options.complain(f"{name}:{line.number}: skipped: {line.problem}")
                broken += 1
        if file.failure is not None:
            options.complain(f"{name}: {file.failure}")
            broken += 1
    return 1 if broken else 0


def _in_order(extractor: _Extractor, numbered: Iterator[Numbered]) -> Iterator[_Line]:
    for number, raw in numbered:
        line = extractor.line(number, raw)
        if line is not None:
            yield line


_shared: list[_Extractor] = []  # what a worker process inherits from the one that forked it


def _in_parallel(extractor: _Extractor, numbered: Iterator[Numbered], jobs: int) -> Iterator[_Line]:
    """Yield what each line gives, in the lines' order; at most two batches a process are under way."""
    _shared[:] = [extractor]
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=_ignore_interrupt)
    waiting: deque[Future[list[_Line]]] = deque()
    try:
        while batch := tuple(islice(numbered, _BATCH)):
            waiting.append(pool.submit(_work, batch))
            if len(waiting) >= 2 * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _ignore_interrupt() -> None:
    """Leave Ctrl-C to the process that reads and writes; what ends this one alone needs no words."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _work(batch: Sequence[Numbered]) -> list[_Line]:
    return _shared[0].lines(batch)
