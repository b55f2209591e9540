"""Scores on labelled posts that lie outside the project, with floors that may only rise."""
