"""docs/parameters.md is what `kavity parameters md` prints.

usage: manual.py REPOSITORY KAVITY
"""

import difflib
import pathlib
import subprocess
import sys


def main():
    root, kavity = pathlib.Path(sys.argv[1]), sys.argv[2]
    written = (root / "docs/parameters.md").read_text().splitlines()
    command = [kavity, "parameters", "md"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    difference = list(
        difflib.unified_diff(written, printed, "docs/parameters.md", " ".join(command), lineterm="")
    )
    if difference:
        print("\n".join(difference))
        print("\nRenew it with: build/release/kavity parameters md > docs/parameters.md")
    return bool(difference)


sys.exit(main())
