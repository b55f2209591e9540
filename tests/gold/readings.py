"""The figures of the labelled incidents against what is read in the same posts: how many are found, and whose and of how long.

The labels name only the figures of their incident, so what else is read in a post counts neither way. Run it while working
on the reading:

    python -m tests.gold.readings [--errors N]
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.claims import Reader, notation
from monitor.model.claim import Claim
from tests.gold import GOLD, POSTS
from tests.gold.figures import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A labelled figure and the claim that says the same, the one with the right side first; ``None`` if none does."""

    post: str
    text: str
    figure: Mapping[str, Any]
    claim: Claim | None


def read_figures(reader: Reader) -> list[Read]:
    """Return every labelled figure with what was read."""
    labelled = {row["post"]: row for row in rows(GOLD / "incidents" / "posts.jsonl")}
    texts = {
        name: row["text"]
        for row in rows(POSTS / "april_2026.jsonl.gz")
        if (name := f"{row['channel']}/{row['message_id']}") in labelled
    }
    return [read for name, row in labelled.items() for read in _read(name, row, texts[name], reader)]


def score(reads: list[Read]) -> dict[str, float]:
    """Return the share of figures found (those added up from a text left out), and of these with the right side and scope."""
    asked = [read for read in reads if not read.figure.get("computed")]
    found = [read.claim for read in asked if read.claim is not None]
    told = [(read.figure, read.claim) for read in reads if read.claim is not None]
    return {
        "figure/recall": len(found) / len(asked),
        "side/accuracy": sum(claim.side == figure["side"] for figure, claim in told) / len(told),
        "scope/accuracy": sum(claim.scope.value == figure["scope"] for figure, claim in told) / len(told),
    }


def _read(name: str, row: Mapping[str, Any], text: str, reader: Reader) -> Iterator[Read]:
    claims = reader.read(text, posted_at=datetime.fromisoformat(row["date"]), channel=None).claims
    for figure in row["figures"]:
        wanted = (figure["kind"], figure["min"], figure["max"])
        same = [one for one in claims if (one.kind.value, one.quantity.low, one.quantity.high) == wanted]
        claim = min(same, key=lambda one: one.side != figure["side"], default=None)
        yield Read(post=name, text=text, figure=figure, claim=claim)


def main() -> None:
    """Print the scores, and the first figures that were missed or read otherwise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", type=int, default=20, metavar="N", help="how many errors to show")
    most = parser.parse_args().errors
    reads = read_figures(Reader.load())
    for measure, value in score(reads).items():
        print(f"{measure:20} {value:.3f}")
    wrong = [read for read in reads if read.claim is None or read.claim.side != read.figure["side"]]
    for read in wrong[:most]:
        figure = {key: read.figure[key] for key in ("kind", "min", "max", "side", "scope")}
        told = "nothing" if read.claim is None else f"{notation(read.claim)}: {read.claim.span.of(read.text)!r}"
        print(f"\n[{read.post}] wanted {figure}\n  read {told}\n  {read.text[:400]}")


if __name__ == "__main__":
    main()
