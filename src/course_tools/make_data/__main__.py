"""``python -m course_tools.make_data [--check]``: make the data files, or tell which differ."""

from __future__ import annotations

import argparse
from pathlib import Path

from course_tools.make_data import differing, write

DATA = Path(__file__).resolve().parents[3] / "data"


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Returns:
        0, or 1 where ``--check`` finds a file that differs from what its maker makes.
    """
    parser = argparse.ArgumentParser(prog="python -m course_tools.make_data", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    parser.add_argument("--directory", type=Path, default=DATA, help="of the CSV files (default: data/)")
    options = parser.parse_args(arguments)
    if not options.check:
        write(options.directory)
        return 0
    changed = differing(options.directory)
    for name in changed:
        print(
            f"{options.directory / name} is not what its maker makes: run `make data` and look at the change"
        )
    return int(bool(changed))


if __name__ == "__main__":
    raise SystemExit(main())
