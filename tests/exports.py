"""Compose files of posts: Telegram Desktop exports as their format is documented, and post lines."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Json = dict[str, Any]

POSTED = 1722009600  # 2024-07-26T16:00:00Z


def message(number: int, text: object = "Two soldiers were killed.", **fields: object) -> Json:
    """Return a message as Telegram Desktop writes it; ``text`` is a string or a list of pieces."""
    written: Json = {
        "id": number,
        "type": "message",
        "date": "2024-07-26T19:00:00",
        "date_unixtime": str(POSTED + 60 * number),
        "from": "Sahel desk",
        "from_id": "channel1234567890",
    }
    pieces = text if isinstance(text, list) else [text] if text else []
    entities = [{"type": "plain", "text": piece} if isinstance(piece, str) else piece for piece in pieces]
    return written | {"text": text, "text_entities": entities} | fields


def chat(
    *messages: object, name: str = "Sahel desk", kind: str | None = "public_channel", number: int = 1234567890
) -> Json:
    """Return one chat, which is also a whole single-chat export."""
    return {"name": name, "type": kind, "id": number, "messages": list(messages)}


def account(*chats: object, left: tuple[object, ...] = ()) -> Json:
    """Return the export of a whole account, with the parts around the chats that hold no posts."""
    return {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 1, "first_name": "A", "phone_number": "+10000000000", "bio": "}]{["},
        "contacts": {"about": "", "list": [{"first_name": "B", "date": "2024-07-26T19:00:00"}]},
        "chats": {"about": "This page lists all chats.", "list": list(chats)},
        "left_chats": {"about": "", "list": list(left)},
    }


def write_export(path: Path, export: Mapping[str, object], *, indent: int | None = 1) -> Path:
    """Write an export as Telegram Desktop lays it out, one space a level."""
    path.write_text(json.dumps(export, ensure_ascii=False, indent=indent), encoding="utf-8")
    return path


def post_line(number: int, text: str = "Two soldiers were killed.", **fields: object) -> Json:
    """Return a post line."""
    return {"channel": "sahel_desk", "message_id": number, "date": "2024-07-26T16:00:00+00:00", "text": text} | fields


def write_lines(path: Path, *lines: object) -> Path:
    """Write post lines; a string goes in as it is."""
    written = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    return path
