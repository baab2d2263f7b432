"""Every function below include, source and postprocess/kavity-voids has fewer than 60 lines.

usage: lengths.py REPOSITORY
"""

import pathlib
import sys

LINES_OF_FUNCTION = 60
FOLDERS = ("include", "source", "postprocess/kavity-voids")


def functions(lines):
    """First line and length of what stands between braces at the margin, but for namespaces."""
    begin = None
    for number, line in enumerate(lines):
        if line == "{" and number > 0 and not lines[number - 1].startswith("namespace"):
            begin = number
        elif line == "}" and begin is not None:
            yield begin, number - begin - 1
            begin = None


def faults_of(path):
    lines = path.read_text().splitlines()
    for begin, length in functions(lines):
        if length >= LINES_OF_FUNCTION:
            yield (f"{path}:{begin}: a function of {length} lines; {LINES_OF_FUNCTION - 1} are "
                   "allowed")


def main():
    root = pathlib.Path(sys.argv[1])
    paths = [p for folder in FOLDERS for p in sorted((root / folder).rglob("*.*"))]
    faults = [fault for path in paths for fault in faults_of(path)]
    print("\n".join(faults) or f"{len(paths)} files are short enough")
    return bool(faults) or not paths


sys.exit(main())
