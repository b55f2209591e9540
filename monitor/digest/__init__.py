"""Findings in, digests out: an edition composed for a window, and its forms. Pure."""

from monitor.digest.compose import compose, corrections
from monitor.digest.frame import LANGUAGES
from monitor.digest.record import render_json
from monitor.digest.render import render_plain, render_telegram
from monitor.digest.report import render_report

__all__ = ["LANGUAGES", "compose", "corrections", "render_json", "render_plain", "render_report", "render_telegram"]
