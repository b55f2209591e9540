"""How well the comparison does when every figure is read right, and that it never gets worse."""

import json

import pytest

from monitor.claims import Reader
from tests.gold import GOLD, POSTS
from tests.gold.figures import labelled_posts, score

pytestmark = [
    pytest.mark.gold,
    pytest.mark.skipif(
        not (GOLD.is_dir() and POSTS.is_dir()),
        reason="the labelled posts are kept outside the project and are not here",
    ),
]


def test_comparison_of_labelled_figures_is_no_worse_than_before() -> None:
    table = json.loads(score(labelled_posts(Reader.load())))
    assert table["grouping"]["f1"] >= 0.85
    assert table["disputes"]["recall"] >= 0.66
    assert table["precision"]["precision"] >= 0.95
    assert table["false"]["rate"] <= 0.01
