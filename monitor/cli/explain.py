"""``monitor explain``: what was read in one post, and why."""

import argparse
import sys

from monitor.cli import options
from monitor.errors import UsageError
from monitor.model.post import PostRef


async def run_explain(arguments: argparse.Namespace) -> int:
    """Print a post's text with what was read in it and why the other numbers are no claims."""
    if arguments.post == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace").strip()
        if not text:
            raise UsageError("standard input holds no text to explain")
        options.say(options.load_reader().explain(text, posted_at=None, channel=None))
        return 0
    try:
        ref = PostRef.parse(arguments.post)
    except ValueError as error:
        raise UsageError(str(error)) from error
    async with await options.open_store(options.load_settings()) as store:
        found = await store.read_post(ref)
    if found is None:
        raise UsageError(f"{ref}: no such post is stored; `monitor posts --channel {ref.channel}` lists what is")
    reader = options.load_reader()
    post = found.post
    options.say(f"{post.ref.url}  {post.date:%Y-%m-%d %H:%M} UTC")
    if post.deleted_at is not None:
        options.say(f"deleted, seen gone at {post.deleted_at:%Y-%m-%d %H:%M} UTC")
    for revision in post.revisions:
        if len(post.revisions) > 1:
            options.say(f"\nrevision {revision.number}, seen {revision.observed_at:%Y-%m-%d %H:%M} UTC")
        options.say(reader.explain(revision.text, posted_at=post.date, channel=found.channel))
    return 0
