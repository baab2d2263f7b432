"""Every file below include, source and postprocess/kavity-voids has fewer than 300 lines.

usage: lengths.py REPOSITORY
"""

import pathlib
import sys

LIMIT = 300
FOLDERS = ("include", "source", "postprocess/kavity-voids")


def main():
    root = pathlib.Path(sys.argv[1])
    paths = [p for folder in FOLDERS for p in sorted((root / folder).rglob("*.*"))]
    lengths = {path: len(path.read_text().splitlines()) for path in paths}
    too_long = {path: n for path, n in lengths.items() if n >= LIMIT}
    for path, n in too_long.items():
        print(f"{path}: {n} lines; {LIMIT - 1} are allowed")
    return bool(too_long) or not paths


sys.exit(main())
