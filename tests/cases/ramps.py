"""Ramps: the charge is exact, what the voids make of it is of second order, and parameters.prm of a run
gives the same run.

usage: ramps.py REPOSITORY KAVITY
"""

import math
import pathlib
import sys

from checks import faults_in, require, rows_of, run

# 0 to 6 mA/cm^2 in two minutes, over voids that grow by a factor of eight: the charge, in mAh/cm^2.
RAMP = "ramp from 0 to 6 mA/cm^2 over 2 min"
CHARGE = 0.1
FILE = """
include {cases}/cell_interface.prm
subsection Voids
  set Population  = 4e9 1/m^2
  set Base radius = 2 um
end
subsection Solver
  set Coupling tolerance = 1e-9
end
subsection Time stepping
  set Initial step   = {step} s
  set Largest step   = {step} s
  set Tolerance      = 0.5
  set Largest change = 10
end
subsection Protocol
  set Step 1 = {ramp}
end
"""

# C of a cell of 10 um x 1 m that a charge per area of 1 mAh/cm^2 passes.
AREA = 3.6e4 * 10e-6


def steps_of(step, cases, kavity, folder):
    """The rows of a run with steps of this length, in s."""
    path, out = folder / f"ramp_{step}.prm", folder / f"out_{step}"
    path.write_text(FILE.format(cases=cases, step=step, ramp=RAMP))
    run([kavity, "run", path, "-q", "-o", out])
    return rows_of(out / "history.csv"), out


def second_order(cases, kavity, folder):
    """What passes is exact whatever the steps; the voids converge with their square."""
    volumes = []
    for step in (6, 3, 1.5, 0.75):
        rows, out = steps_of(step, cases, kavity, folder)
        # round-off of a sum of 160 numbers
        charge = sum(float(row["applied_charge [C]"]) for row in rows) / AREA
        require(abs(charge / CHARGE - 1) < 1e-12, f"{charge} mAh/cm^2 passed, not {CHARGE}")
        require(len(rows) == 120 / step + 1, f"{len(rows)} rows with steps of {step} s")
        for row in rows:
            wanted = 6 * float(row["run_time [s]"]) / 120
            require(abs(float(row["current_density [mA/cm^2]"]) - wanted) < 1e-12,
                    f"the current is not {wanted}: {row}")
        volumes.append(float(rows[-1]["void_volume [um]"]))
    changes = [abs(a - b) for a, b in zip(volumes, volumes[1:])]
    orders = [math.log2(a / b) for a, b in zip(changes, changes[1:])]
    print(f"void volumes {volumes} um, orders {orders}")
    # 2 but for what is left of higher orders, here more
    require(min(orders) > 1.8, "the order is less than 2")
    again = folder / "again"
    run([kavity, "run", out / "parameters.prm", "-q", "-o", again])
    require((again / "history.csv").read_bytes() == (out / "history.csv").read_bytes(),
            "parameters.prm gives another run")


def main():
    cases, kavity = pathlib.Path(sys.argv[1]) / "tests" / "cases", sys.argv[2]
    return faults_in([(second_order,)], lambda check, folder: check(cases, kavity, folder))


sys.exit(main())
