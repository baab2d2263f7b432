"""Figures say the best stack pressure with as many digits as the log.

usage: labels.py REPOSITORY KAVITY
"""

import os
import pathlib
import subprocess
import sys

from failure import require

# Limits of voids and of dendrites that cross at 3.754 MPa, between two pressures.
CODE = """
import sys
sys.path.insert(0, sys.argv[1])
from kavity_figures import BestPressure, np
p = np.array([1, 2.5, 5, 10])
best = BestPressure({"void_inf": (p, p * 2 / 3.754), "dendrite_fresh": (p, 0 * p + 2)})
print(best.label("MPa"))
print(best.text("MPa", "mA/cm^2"))
"""


def main():
    folder = pathlib.Path(sys.argv[1]) / "postprocess"
    done = None
    for python in (os.environ.get("KAVITY_PYTHON"), "python3", "/usr/bin/python3"):
        if python and (done is None or done.returncode != 0):
            done = subprocess.run([python, "-B", "-c", CODE, folder], capture_output=True, text=True, timeout=300)
    require(done.returncode == 0, done.stderr)
    pressure, interval, text = done.stdout.splitlines()
    require(pressure == "P* = 3.75 MPa" and interval == "(within 2.5 to 5)", done.stdout)
    require(text.startswith("3.75 MPa, within 2.5 to 5 MPa, at 2 mA/cm^2"), text)


main()
