"""Scores on labelled posts that lie outside the project, with floors that may only rise."""

import os
from pathlib import Path

from tests.architecture.tree import ROOT

GOLD = Path(os.environ.get("MONITOR_TEST_GOLD", ROOT.parent / "shared" / "gold"))
POSTS = Path(os.environ.get("MONITOR_TEST_POSTS", ROOT.parent / "shared" / "posts"))
