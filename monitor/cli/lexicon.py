"""``monitor lexicon``: whether the word lists are in order, and what an edit of them would change."""

import argparse
import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.claims import Difference, Reader, check_lexicons, differences
from monitor.cli import options
from monitor.cli.postlines import PostLine, channels_of, open_lines, read_post_line
from monitor.cli.progress import make_way, progress
from monitor.config import load_lexicons_folder
from monitor.errors import UsageError
from monitor.model.claim import Reading
from monitor.model.post import Channel
from monitor.telegram.export import LONGEST_RECORD
from monitor.telegram.fields import RecordError

_CHANGES = ("gained", "lost", "changed")


def run_lexicon_check(arguments: argparse.Namespace) -> int:
    """Validate the lexicons and run their examples; 1 if an example reads differently."""
    report = check_lexicons(arguments.folder or load_lexicons_folder())
    for problem in report.problems:
        options.complain(problem)
    options.say(
        f"{report.files} files, {report.forms} forms, {report.examples} examples, {len(report.problems)} problems"
    )
    return 1 if report.problems else 0


@dataclass(slots=True)
class _Tally:
    """What was read, and how many claims differ, by kind or language and change."""

    texts: int = 0
    differing: int = 0
    broken: int = 0
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_language: Counter[tuple[str, str]] = field(default_factory=Counter)


class _Comparer:
    """Reads each text under both sets of lexicons and prints where they differ."""

    def __init__(self, now: Reader, edited: Reader, *, is_jsonl: bool) -> None:
        self._now, self._edited, self._is_jsonl = now, edited, is_jsonl
        self.tally = _Tally()

    def compare(self, post: PostLine, *, revision: int | None = None) -> None:
        """Read one text twice; ``revision`` is its number among the texts of a stored post."""
        before = self._now.read(post.text, posted_at=post.posted_at, channel=post.channel)
        after = self._edited.read(post.text, posted_at=post.posted_at, channel=post.channel)
        tally = self.tally
        tally.texts += 1
        if before == after:
            return
        found = differences(before, after, post.text)
        if not found and before.language == after.language:
            return  # other words made the same claims
        tally.differing += 1
        for one in found:
            tally.by_kind[one.kind, one.change] += 1
            tally.by_language[after.language, one.change] += 1
        if self._is_jsonl:
            options.print_lines([{"id": post.name, "revision": revision, **_fields(before, after, found)}])
        else:
            make_way()
            options.say("\n".join(_told(post, revision, before, after, found)))


async def run_lexicon_diff(arguments: argparse.Namespace) -> int:
    """Print what would read otherwise under the folder; 1 only if a post line was broken, whatever differs."""
    edited = Reader.load(arguments.folder)
    comparer = _Comparer(options.load_reader(), edited, is_jsonl=arguments.format == "jsonl")
    gc.freeze()
    if arguments.file is None:
        if arguments.channels is not None:
            raise UsageError("--channels: stored posts have their channels already; leave it out, or name a FILE")
        await _compare_stored(comparer)
    else:
        _compare_lines(comparer, arguments.file, arguments.channels)
    tally = comparer.tally
    if arguments.format == "jsonl":
        options.print_lines([_summary(tally)])
    else:
        options.say(_counts(tally))
    return 1 if tally.broken else 0


async def _compare_stored(comparer: _Comparer) -> None:
    async with await options.open_store(options.load_settings()) as store:
        with progress("reading", unit="texts") as tell:
            async with aclosing(store.posts()) as posts:
                async for found in posts:
                    for revision in found.post.revisions:
                        post = PostLine(str(found.post.ref), revision.text, found.post.date, found.channel)
                        comparer.compare(post, revision=revision.number)
                    tell(len(found.post.revisions))


def _compare_lines(comparer: _Comparer, name: str, channels_file: Path | None) -> None:
    channels = channels_of(channels_file)
    position = 0

    def note(at: int) -> None:
        nonlocal position
        position = at

    size = Path(name).stat().st_size if name != "-" and Path(name).is_file() else None
    with open_lines(name, on_read=note) as file, progress(name, unit="B", total=size) as tell:
        told = 0
        for number, raw in enumerate(file.lines(longest=LONGEST_RECORD), start=1):
            if position > told:
                tell(position - told)
                told = position
            if raw is None or raw.strip():
                try:
                    comparer.compare(_post_of(raw, channels))
                except RecordError as error:
                    comparer.tally.broken += 1
                    make_way()
                    options.complain(f"{name}:{number}: skipped: {error}")
        if file.failure is not None:
            comparer.tally.broken += 1
            options.complain(f"{name}: {file.failure}")


def _post_of(raw: bytes | None, channels: Mapping[str, Channel]) -> PostLine:
    if raw is None:
        raise RecordError(f"longer than {LONGEST_RECORD:,} bytes")
    return read_post_line(raw, channels)


def _told(
    post: PostLine, revision: int | None, before: Reading, after: Reading, found: Sequence[Difference]
) -> Iterator[str]:
    languages = after.language if before.language == after.language else f"{before.language} -> {after.language}"
    yield f"{post.name}{f' revision {revision}' if revision else ''}  {languages}"
    for one in found:
        yield f"  \u201c{one.quote}\u201d"
        yield from (f"  {note}" for note in one.notes)


def _fields(before: Reading, after: Reading, found: Sequence[Difference]) -> dict[str, Any]:
    return {
        "lang": {"before": before.language, "after": after.language},
        "differences": [
            {
                "change": one.change,
                "quote": one.quote,
                "fields": list(one.fields),
                "before": one.before,
                "after": one.after,
            }
            for one in found
        ],
    }


def _counts(tally: _Tally) -> str:
    lines = [f"{tally.texts:,} texts read, {tally.differing:,} of them otherwise"]
    if tally.by_kind:
        lines.append(f"{'':12}{''.join(f'{change:>9}' for change in _CHANGES)}")
    for name, counts in (*_rows(tally.by_kind), *_rows(tally.by_language)):
        lines.append(f"{name:12}{''.join(f'{counts[change]:9}' for change in _CHANGES)}")
    return "\n".join(lines)


def _summary(tally: _Tally) -> dict[str, Any]:
    """Return the last line of the machine's form, told from the others by having no id."""
    return {
        "texts": tally.texts,
        "differing": tally.differing,
        "by_kind": dict(_rows(tally.by_kind)),
        "by_language": dict(_rows(tally.by_language)),
    }


def _rows(counter: Counter[tuple[str, str]]) -> Iterator[tuple[str, dict[str, int]]]:
    for name in sorted({name for name, _ in counter}):
        yield name, {change: counter[name, change] for change in _CHANGES}
