"""Findings in, digests out: an edition composed for a window, and its forms. Pure."""

from monitor.digest.compose import compose, corrections
from monitor.digest.frame import LANGUAGES
from monitor.digest.record import render_json
from monitor.digest.render import render_page, render_plain, render_telegram

__all__ = ["LANGUAGES", "compose", "corrections", "render_json", "render_page", "render_plain", "render_telegram"]
