"""What stays of voids over cycles: the part of the largest volume, or the residual radius, to round-off; balances,
ranks, and a mesh that changes.

usage: cycling.py REPOSITORY KAVITY MPIEXEC
"""

import math
import pathlib
import sys

from checks import compare, environment_of_ranks, faults_in, numbers_of, require, run

FILE = """
include {cases}/cell_interface.prm
subsection Voids
  set Population  = 1e10 1/m^2
  set Base radius = 2 um
  {varied}
  subsection vacancy_sink
    set Residual radius   = {residual}
    set Retained fraction = {retained}
  end
end
{mesh}
subsection Protocol
  set Cycles = {cycles}
  set Step 1 = strip at {current} mA/cm^2 until capacity > 0.25 mAh/cm^2
  set Step 2 = plate at {current} mA/cm^2 until capacity > 0.25 mAh/cm^2
end
"""

VARIED = """subsection Radius variation
    set Kind               = random
    set Standard deviation = 0.3
    set Correlation length = 10 um
  end"""

MESH = """subsection Mesh
  set Adaptive refinements         = 2
  set Time steps between adaptions = 2
end"""

# Of the solver: the same numbers as in cases.py.
BALANCED = 1e-10
# What is kept is a product of numbers that the history has with all their digits.
KEPT = 1e-12
# Coupling tolerance of the program: ranks change the order of sums, and so how an iteration ends.
SAME = 1e-6

MPIEXEC = sys.argv[3]

AT_2_UM = 1e10 * 2 * math.pi / 3 * 2e-6**3 * 1e6  # um


def history(folder, name, start, kavity, cases, **values):
    """The numbers of a run, and its folder."""
    path, out = folder / f"{name}.prm", folder / name
    known = {"varied": "", "residual": "0 um", "retained": 0, "mesh": "", "cycles": 3, "current": 4}
    path.write_text(FILE.format(cases=cases, **{**known, **values}))
    run([*start, kavity, "run", path, "-q", "-o", out], env=environment_of_ranks())
    rows = numbers_of(out)
    worst = max(max(row["charge_error"], row["metal_error"], row["sink_error"]) for row in rows)
    require(worst < BALANCED, f"{name}: a balance is off by {worst}")
    return rows, out


def ends(rows, step):
    """Void volume in um at the end of this step of every cycle."""
    last = {row["cycle"]: row["void_volume"] for row in rows if row["step"] == step}
    return [last[cycle] for cycle in sorted(last)]


def near(a, b, allowed, what):
    require(abs(a / b - 1) <= allowed, f"{what}: {a}, not {b}")


def memory(folder, *programs):
    """What voids keep of their largest size from cycle to cycle."""
    retained = 0.5
    rows, out = history(folder, "ratchet", [], *programs, retained=retained)
    stripped, plated = ends(rows, 1), ends(rows, 2)
    print("retained fraction: um after stripping", stripped, "and plating", plated)
    for largest, kept in zip(stripped, plated):
        near(kept, retained * largest, KEPT, "a retained part")
    require(stripped[2] > stripped[1] > 1.05 * stripped[0], "voids do not grow from cycle to cycle")
    require(stripped[2] < stripped[0] / (1 - retained), "they grow beyond the limit of the ratchet")

    _, other = history(folder, "two_ranks", [MPIEXEC, "-n", "2"], *programs, retained=retained)
    compare(out / "history.csv", other / "history.csv", ("iterations", "error"), SAME)

    rows, _ = history(folder, "residual", [], *programs, residual="1 um", cycles=2)
    print("residual radius: um after stripping", ends(rows, 1), "and plating", ends(rows, 2))
    for kept in ends(rows, 2):
        near(kept, AT_2_UM / 8, KEPT, "the volume of the residual radius")

    rows, _ = history(folder, "healed", [], *programs, cycles=1)
    require(ends(rows, 2)[-1] == 0, "voids do not heal without memory")

    rows, _ = history(folder, "below", [], *programs, retained=retained, current=0.5, cycles=2)
    require(max(row["void_volume"] for row in rows) <= AT_2_UM * (1 + KEPT), "voids grow below the critical current")

    # unlike voids on a mesh that follows them: balanced, and never less than is kept of the mean
    rows, _ = history(folder, "meshes", [], *programs, retained=retained, varied=VARIED, mesh=MESH)
    largest = 0
    for row in rows:
        largest = max(largest, row["void_volume"])
        # the mean of the largest volumes is at least the largest mean
        require(row["void_volume"] >= retained * largest * (1 - KEPT), f"{row['void_volume']} um is less than is kept")


def main():
    cases, kavity = pathlib.Path(sys.argv[1]) / "tests" / "cases", sys.argv[2]
    return faults_in([(memory,)], lambda check, folder: check(folder, kavity, cases))


sys.exit(main())
