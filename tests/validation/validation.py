#!/usr/bin/env python3
"""Makes docs/validation.md and docs/images/validation_parity.png anew: runs the program for every published
datum and every law, less than a minute.

Refuses to write a page on which a law is farther off than on the present one, unless told that this is meant.

usage: tests/validation/validation.py REPOSITORY KAVITY [--accept-worse]
"""

import pathlib
import sys

from laws import Results
from page import broken, page_text, worse


def main(root, kavity, *options):
    if options not in ((), ("--accept-worse",)):
        raise SystemExit(__doc__)
    results = Results(root, kavity)
    text = page_text(results)
    path = pathlib.Path(root, "docs/validation.md")
    faults = broken(results)
    if path.exists() and not options:
        faults += worse(path.read_text(encoding="utf-8"), text)
    if faults:
        print("\n".join(faults))
        return 1
    from figure import draw  # needs matplotlib, which the test does not

    path.write_text(text, encoding="utf-8")
    print(path)
    draw(results, pathlib.Path(root, "docs/images/validation_parity.png"))
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    sys.exit(main(*sys.argv[1:]))
