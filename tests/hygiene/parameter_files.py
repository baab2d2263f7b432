"""Every parameter file that is shipped is valid.

usage: parameter_files.py REPOSITORY KAVITY
"""

import pathlib
import subprocess
import sys


def main():
    root, kavity = pathlib.Path(sys.argv[1]), sys.argv[2]
    paths = sorted((root / "parameter_files").glob("*.prm"))
    if not paths:
        print(f"no parameter files below {root}")
        return 1
    return subprocess.run([kavity, "validate", *map(str, paths)]).returncode


sys.exit(main())
