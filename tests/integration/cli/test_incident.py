"""``monitor incident``, ``monitor findings`` with filters, and ``monitor recompute``."""

from pathlib import Path

import pytest

from tests.exports import post_line, write_lines
from tests.integration.cli.conftest import Monitor, Run

ARMY = "Tinzaouaten, 27 July 2024: the army says 2 Malian soldiers were killed."
REBELS = "Tinzaouaten, 27 July 2024: 47 Malian soldiers were killed and 84 Wagner fighters were killed."
GOSSI = "Gossi, 29 July 2024: 3 Malian soldiers were wounded."


def told(number: int, channel: str, text: str, *, date: str) -> dict[str, object]:
    return post_line(number) | {"channel": channel, "text": text, "date": date}


@pytest.fixture
def story(monitor: Monitor, tmp_path: Path) -> Run:
    """Import what three channels told."""
    lines = [
        told(1, "army_voice", ARMY, date="2024-07-28T08:00:00Z"),
        told(2, "rebel_voice", REBELS, date="2024-07-27T20:00:00Z"),
        told(3, "desk", GOSSI, date="2024-07-29T10:00:00Z"),
    ]
    run = monitor("import", write_lines(tmp_path / "story.jsonl", *lines))
    assert run.code == 0, run.err
    return run


@pytest.fixture
def battle(monitor: Monitor, story: Run) -> str:
    """Return the id of the incident at Tinzaouaten."""
    del story
    lines = monitor("incidents", "--format", "jsonl").lines
    (found,) = [line["id"] for line in lines if line["place"] == "Tinzaouaten"]
    return str(found)


def test_an_incident_is_a_table_of_questions_and_origins(monitor: Monitor, battle: str) -> None:
    run = monitor("incident", battle[:6])
    assert run.code == 0
    heading, _, origins, *rows = run.out.splitlines()
    assert heading == f"{battle}  2024-07-27  Tinzaouaten  MLI+WAGNER  2 posts"
    assert origins.split() == ["@rebel_voice", "army", "range", "origins"]
    table = {" ".join(row.split()[:2]): row.split()[2:] for row in rows}
    assert table == {
        "killed MLI": ["47", "27.07.", "20:00", "2", "28.07.", "08:00", "2..47", "2"],
        "killed WAGNER": ["84", "27.07.", "20:00", "84", "1"],
    }


def test_an_incident_as_lines_tells_every_figure_with_its_post(monitor: Monitor, battle: str) -> None:
    lines = {(line["kind"], line["side"]): line for line in monitor("incident", battle, "--format", "jsonl").lines}
    told_of = lines["killed", "MLI"]
    assert (told_of["min"], told_of["max"], told_of["origins"]) == (2, 47, 2)
    assert [(answer["origin"], [figure["min"] for figure in answer["figures"]]) for answer in told_of["answers"]] == [
        ("channel:rebel_voice", [47]),
        ("speaker:army", [2]),
    ]
    assert told_of["answers"][0]["figures"][0]["url"] == "https://t.me/rebel_voice/2"


def test_an_unknown_incident_is_told_in_one_line(monitor: Monitor, story: Run) -> None:
    del story
    run = monitor("incident", "feedfeed")
    assert (run.code, run.out) == (2, "")
    assert "feedfeed: no incident has this id" in run.err


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ((), 1),
        (("--status", "evolving"), 1),
        (("--status", "resolved"), 0),
        (("--severity", "2"), 1),
        (("--side", "MLI"), 1),
        (("--side", "WAGNER"), 0),
        (("--place", "Tinzaouaten"), 1),
        (("--place", "Gossi"), 0),
        (("--channel", "@rebel_voice"), 1),
        (("--channel", "desk"), 0),
        (("--since", "2024-07-28", "--until", "2024-07-29"), 1),
        (("--until", "2024-07-28"), 0),
    ],
)
def test_findings_are_filtered(monitor: Monitor, story: Run, wanted: tuple[str, ...], count: int) -> None:
    del story
    assert len(monitor("findings", *wanted, "--format", "jsonl").lines) == count


def test_recomputing_ends_in_the_same_incidents_and_findings(monitor: Monitor, battle: str) -> None:
    del battle
    before = [monitor(what, "--format", "jsonl").out for what in ("incidents", "findings")]
    run = monitor("recompute")
    assert (run.code, run.out) == (0, "compared: 3 posts, 2 incidents, 1 findings\n")
    assert [monitor(what, "--format", "jsonl").out for what in ("incidents", "findings")] == before
