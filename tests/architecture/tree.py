"""The project's files, as the tests of its frame look at them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "monitor"
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


def modules(*rooms: str) -> Iterator[Path]:
    """Yield every Python file of the package, or of some of its rooms."""
    for folder in [PACKAGE / room for room in rooms] or [PACKAGE]:
        yield from sorted(folder.rglob("*.py"))


def tracked() -> list[Path]:
    """Return every file under version control that is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def name_of(path: Path) -> str:
    """Name a file as people do, from the root."""
    return str(path.relative_to(ROOT))
