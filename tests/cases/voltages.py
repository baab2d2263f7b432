"""Constant voltages: the voltage of a current gives back this current, what has passed is what was stripped,
a step lands on its limit, and the number of ranks does not matter.

usage: voltages.py REPOSITORY KAVITY MPIEXEC [[-]CHECK ...]
"""

import pathlib
import sys

from checks import chosen, compare, environment_of_ranks, faults_in, numbers_of, require, run

# Of fields that agree to 1e-10 of the potentials of atoms, which are a tenth of the voltage and more.
SAME = 1e-8
# A sum over the steps of numbers with the round-off of the solver.
BALANCED = 1e-10
ROUND_OFF = 1e-15
# The Event tolerance of the program.
LANDED = 1e-3

VOIDS = """
include {cases}/cell_interface.prm
subsection Cell
  set Width = 20 um
  {kind}
end
subsection Voids
  set Population  = 4e9 1/m^2
  set Base radius = 4 um
  subsection Radius variation
    set Kind               = random
    set Standard deviation = 0.2
    set Correlation length = 20 um
    set Seed               = 1
  end
end
subsection Solver
  set Coupling tolerance = 1e-10
  set Tolerance          = 1e-13
end
subsection Protocol
  {steps}
end
"""

# The second electrode, on which metal is plated, has no voids that would heal and let the voltage fall.
SYMMETRIC = """set Kind = symmetric
end
subsection Voids 2
  set Population = 4e9 1/m^2"""

# A wide surface, which few elements resolve.
RESOLVED = """
include {files}/void_growth_2d.prm
subsection Cell
  set Width                 = 6 um
  set Metal thickness       = 6 um
  set Electrolyte thickness = 6 um
end
subsection Void field
  set Elements across surface = 2
  set Surface width           = 0.4 um
  set Barrier                 = 4.05 MPa
  set Tolerance               = 1e-12
end
subsection Solver
  set Coupling tolerance = 1e-10
  set Tolerance          = 1e-13
end
subsection Time stepping
  set Largest step = 0.15 s
  set Initial step = 0.15 s
end
subsection Output
  set Fields  = false
  set Figures = false
end
subsection Protocol
  {steps}
end
"""

# Coupled to 1e-4, of which the voltage takes a thousandth; charge and metal balance all the same.
ROUGH = RESOLVED.replace("set Coupling tolerance = 1e-10", "set Coupling tolerance = 1e-4")
KEPT_ROUGHLY = 2e-7

OMEGA_OVER_F = 45.36e-6 / 96485.33212


class Runs:
    """Runs of one file with other steps."""

    def __init__(self, repository, kavity, mpiexec, folder):
        self.repository, self.kavity, self.mpiexec, self.folder = repository, kavity, mpiexec, folder

    def run(self, name, template, *steps, kind="", ranks=1):
        """Its history."""
        path, out = self.folder / f"{name}.prm", self.folder / name
        lines = "\n  ".join(f"set Step {k} = {step}" for k, step in enumerate(steps, 1))
        path.write_text(template.format(cases=self.repository / "tests" / "cases", kind=kind, steps=lines,
                                        files=self.repository / "parameter_files"))
        start = [self.mpiexec, "-n", str(ranks)] if ranks > 1 else []
        run([*start, self.kavity, "run", path, "-q", "-o", out], env=environment_of_ranks())
        return numbers_of(out)


def gives_back(runs, name, template, current, **options):
    """The voltage of a current, held from the same state, is that of the same current."""
    first = runs.run(f"{name}_i", template, f"strip at {current} mA/cm^2 for 0.1 s", **options)
    voltage = first[0]["voltage"]
    held = runs.run(f"{name}_v", template, f"hold at {voltage!r} V for 0.1 s", **options)
    error = abs(held[0]["current_density"] / current - 1)
    print(f"{name}: {current} mA/cm^2 give {voltage} V, which gives {held[0]['current_density']}: {error:.1e}")
    require(error < SAME, "the current does not come back")
    require(all(abs(row["voltage"] - voltage) < SAME * abs(voltage) for row in held),
            f"the voltage is not kept: {[row['voltage'] for row in held]}")


def balanced(rows, area):
    """Charge and metal of every step at a voltage: the capacity, what passed and what was stripped agree."""
    errors = []
    for before, row in zip(rows, rows[1:]):
        if row["time_step"] == 0:
            continue
        passed = 3.6e4 * (row["capacity"] - before["capacity"]) * area
        scale = 3.6e4 * row["capacity"] * area
        sign = 1 if row["current_density"] > 0 else -1
        errors.append(max(abs(sign * passed - row["applied_charge"]) / scale,
                          abs(row["stripped_volume"] / OMEGA_OVER_F - row["applied_charge"]) / scale,
                          row["charge_error"]))
        # void growth is a difference of volumes, which in a short step is round-off of all the metal
        of_metal = ROUND_OFF * 1e-6 * row["thickness"] * area / abs(row["stripped_volume"])
        require(row["metal_error"] < BALANCED + of_metal, f"metal is not balanced: {row}")
    print(f"charge and metal: {max(errors):.1e}")
    require(max(errors) < BALANCED, "charge or metal is not balanced")


def limit(runs, name, template, current, time, least, area, kind="", kept=SAME):
    """Constant current, then constant voltage, while contact is lost: from what is there after a time (s), down to a
    current; then plating, and that voltage from the beginning."""
    capacity = current * time / 16e3  # about a quarter of what the first step passes
    first = runs.run(f"{name}_first", template, f"strip at {current} mA/cm^2 for {time} s", kind=kind)
    voltage = first[-1]["voltage"]
    rows = runs.run(name, template,
                    f"strip at {current} mA/cm^2 up to {voltage!r} V until |current_density| < {least} mA/cm^2",
                    f"plate at {current / 2} mA/cm^2 for {time / 4} s", f"hold at {voltage!r} V for {capacity} mAh/cm^2",
                    kind=kind)
    balanced(rows, area)
    at_limit = next(k for k, row in enumerate(rows) if row["current_density"] < current) - 1
    require(0 <= rows[at_limit]["voltage"] / voltage - 1 <= LANDED,
            f"the current ends at {rows[at_limit]['voltage']} V, not at {voltage} V")
    held = [row for row in rows[at_limit + 1:] if row["step"] == 1]
    require(all(abs(row["voltage"] / voltage - 1) < kept for row in held), "the voltage is not kept")
    require(0 <= 1 - held[-1]["current_density"] / least <= LANDED,
            f"the step ends at {held[-1]['current_density']} mA/cm^2")
    last = rows[-1]
    require(0 <= last["capacity"] / capacity - 1 <= LANDED, f"the hold ends at {last['capacity']} mAh/cm^2")


def on_ranks(runs):
    """Two ranks give what one gives."""
    for ranks in (1, 2):
        runs.run(f"ranks_{ranks}", VOIDS, "hold at 60 mV for 2 s", ranks=ranks)
    compare(*(runs.folder / f"ranks_{ranks}" / "history.csv" for ranks in (1, 2)),
            ["_error", "iterations"], SAME)


def main():
    repository, kavity, mpiexec = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    checks = ((gives_back, "half", VOIDS, 3), (gives_back, "resolved", RESOLVED, 8),
              (limit, "half", VOIDS, 4, 8, 3.95, 20e-6), (limit, "symmetric", VOIDS, 4, 8, 3.95, 20e-6, SYMMETRIC),
              (limit, "space", VOIDS, 4, 8, 3.95, 400e-12, "set Dimension = 3"),
              (limit, "resolved", ROUGH, 8, 0.3, 7.98, 6e-6, "", KEPT_ROUGHLY), (on_ranks,))
    return faults_in(chosen(sys.argv[4:], *checks), lambda check, folder, *more:
                     check(Runs(repository, kavity, mpiexec, folder), *more))


sys.exit(main())
