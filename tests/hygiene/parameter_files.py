"""Every parameter file that is shipped is valid.

usage: parameter_files.py REPOSITORY KAVITY
"""

import pathlib
import subprocess
import sys


def main():
    root, kavity = pathlib.Path(sys.argv[1]), sys.argv[2]
    paths = []
    for folder in ("parameter_files", "meshes"):
        found = sorted((root / folder).glob("*.prm"))
        if not found:
            print(f"no parameter files in {root / folder}")
            return 1
        paths += found
    return subprocess.run([kavity, "validate", *map(str, paths)]).returncode


sys.exit(main())
