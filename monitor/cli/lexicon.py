"""``monitor lexicon``: whether the word lists are in order."""

import argparse

from monitor.claims import check_lexicons
from monitor.cli import options
from monitor.config import load_lexicons_folder


def run_lexicon_check(arguments: argparse.Namespace) -> int:
    """Validate the lexicons and run their examples; 1 if an example reads differently."""
    report = check_lexicons(arguments.folder or load_lexicons_folder())
    for problem in report.problems:
        options.complain(problem)
    options.say(
        f"{report.files} files, {report.forms} forms, {report.examples} examples, {len(report.problems)} problems"
    )
    return 1 if report.problems else 0
