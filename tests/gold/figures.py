"""The labelled incidents as if every figure had been read right: what the comparison can reach, whatever the reader misses.

A labelled figure keeps its kind, number, side, scope and speaker; where and when come from what the reader reads in
the same post, as no label tells them. Run it while working on the comparison:

    python -m tests.gold.figures [--errors N]
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.claims import Reader
from monitor.cli.lines import finding_line, incident_line
from monitor.comparison import compare
from monitor.model.claim import Claim, Kind, Polarity, ReadPost, ReadRevision, Scope, SideBasis, Word
from monitor.model.post import Channel, Post, PostRef, Revision, Span
from monitor.model.quantity import Bound, Quantity
from tests.gold import GOLD, POSTS

_ONE = re.compile(r"\b(?:1|one)\b", re.IGNORECASE)  # the labelled posts are English; a singular without it is a noun
_WHOLE = {None, "None", "channel note"}  # notes under "subset" that mark no part
_DAY = timedelta(days=1)


def labelled_posts(reader: Reader) -> list[ReadPost]:
    """Return the labelled posts with the labelled figures as their claims."""
    labelled = {row["post"]: row for row in rows(GOLD / "incidents" / "posts.jsonl")}
    texts = {}
    for row in rows(POSTS / "april_2026.jsonl.gz"):
        name = f"{row['channel']}/{row['message_id']}"
        if name in labelled:
            texts[name] = row["text"]
    return [_read(row, texts[name], reader) for name, row in labelled.items()]


def score(posts: Sequence[ReadPost], *, errors: int = 0) -> str:
    """Compare ``posts`` and return what the scorer of the labelled incidents says of it."""
    newest = max(post.post.date for post in posts)
    result = compare(posts, as_of=newest + _DAY)
    scorer = GOLD / "incidents" / "score_incidents.py"
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("incidents", "findings")]
        for path, lines in zip(
            paths, (map(incident_line, result.incidents), map(finding_line, result.findings)), strict=True
        ):
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        shown = ["--errors", str(errors)] if errors else ["--json"]
        run = subprocess.run(
            [sys.executable, scorer, scorer.parent, *paths, *shown], capture_output=True, text=True, check=True
        )
    return run.stdout


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of lines, compressed or not."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as stream:
        yield from map(json.loads, stream)


def _read(row: Mapping[str, Any], text: str, reader: Reader) -> ReadPost:
    channel, _, message = row["post"].rpartition("/")
    posted_at = datetime.fromisoformat(row["date"])
    read = reader.read(text, posted_at=posted_at, channel=None).claims
    return ReadPost(
        post=Post(
            ref=PostRef(channel=channel, message_id=int(message)),
            date=posted_at,
            revisions=(Revision(number=0, text=text, observed_at=posted_at),),
        ),
        channel=Channel(key=channel),
        revisions=(
            ReadRevision(
                number=0,
                observed_at=posted_at,
                claims=tuple(_claim(figure, text, read) for figure in row["figures"]),
            ),
        ),
    )


def _claim(figure: Mapping[str, Any], text: str, read: Sequence[Claim]) -> Claim:
    kind = Kind(figure["kind"])
    quantity = Quantity(low=figure["min"], high=figure["max"], bound=Bound(figure["bound"]))
    near = sorted(read, key=lambda one: (one.kind is not kind, one.quantity != quantity, one.span.start))
    digits = str(figure["min"] if figure["min"] is not None else figure["max"])
    start = max(0, text.find(digits))
    span = near[0].span if near else Span(start=start, end=start + len(digits))
    is_noun = (figure["min"], figure["max"]) == (1, 1) and not _ONE.search(text)
    claim = Claim(
        kind=kind,
        quantity=quantity,
        span=span,
        rule="labelled",
        side=figure["side"],
        side_basis=SideBasis.TEXT,
        polarity=Polarity(figure["polarity"]),
        attributed_to=figure["attributed_to"],
        speaker=figure["attributed_to"],
        scope=Scope(figure["scope"]),
        item=figure.get("item"),
        subset_of=None if figure.get("subset") in _WHOLE else 0,
        words=(Word(role="noun" if is_noun else "number", span=span),),
    )
    if not near:
        return claim
    return replace(
        claim,
        place=near[0].place,
        place_text=near[0].place_text,
        event_from=near[0].event_from,
        event_to=near[0].event_to,
        time_basis=near[0].time_basis,
    )


def main() -> None:
    """Print the scores, and the first errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", type=int, default=20, metavar="N", help="how many errors to show")
    print(score(labelled_posts(Reader.load()), errors=parser.parse_args().errors))


if __name__ == "__main__":
    main()
