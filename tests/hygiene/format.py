"""Every C++ file is formatted as .clang-format says (clang-format 14; other versions differ).

usage: format.py REPOSITORY
"""

import pathlib
import subprocess
import sys


def main():
    root = pathlib.Path(sys.argv[1])
    folders = ("include", "source", "tests", "cmake", "postprocess")
    paths = [
        str(path)
        for folder in folders
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in (".h", ".cc")
    ]
    if not paths:
        print(f"no C++ files below {root}")
        return 1
    return subprocess.run(["clang-format-14", "--dry-run", "--Werror", *paths]).returncode


sys.exit(main())
