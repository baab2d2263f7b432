"""Every Python script of the repository compiles.

usage: python_scripts.py REPOSITORY
"""

import pathlib
import sys


def main():
    root = pathlib.Path(sys.argv[1])
    paths = [p for folder in ("postprocess", "tests") for p in sorted((root / folder).rglob("*.py"))]
    faults = 0
    for path in paths:
        try:
            compile(path.read_text(), str(path), "exec")
        except SyntaxError as error:
            print(f"{path}:{error.lineno}: {error.msg}")
            faults += 1
    print(f"{len(paths)} scripts, {faults} faults")
    return bool(faults) or not paths


sys.exit(main())
