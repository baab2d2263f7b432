"""What a run leaves when it fails or is killed, and that the number of ranks does not matter.

usage: failure.py REPOSITORY KAVITY MPIEXEC [[-]CHECK ...]
"""

import json
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

from checks import check_fields, chosen, compare, environment_of_ranks, faults_in, held_in, require, rows_of, run

TWO_CURRENTS = """
include {cases}/cell.prm
subsection Voids
  set Base radius = 2 um
end
subsection Protocol
  subsection Step 1
    set Kind            = strip
    set Current density = 1 mA/cm^2
    set Until           = time > 2 s
  end
  subsection Step 2
    set Kind            = strip
    set Current density = {second}
    set Until           = time > 2 s
  end
end
subsection Output
  set Fields               = true
  set Steps between fields = 1
end
subsection Solver
  set Largest number of {limit}
end
"""

# Enough for 1 mA/cm^2, which takes 8 at most, not for the second current, which takes 13 and more.
TEN = "linear iterations = 10"

# The coupling stops at a change of 1e-5 otherwise, after inner solves that no more than serve it:
# what is left of the error there differs between one and two ranks.
COUPLED = "coupling iterations = 40\n  set Coupling tolerance = 1e-8"

STUDY = """
include {cases}/cell.prm
subsection Critical current
  set Stack pressures = 1 MPa to 6 MPa in 6
  set Temperatures    = 20 degC, 30 degC
end
"""

def state_on_gamma(path):
    """The arrays of an interface file as they stand there."""
    return {array.get("Name"): array.text
            for array in xml.etree.ElementTree.parse(path).iter("DataArray")}


def failed_solve(kavity, cases, folder):
    """The second current has no solution in so few iterations: exit 3, the last good state stays."""
    path = folder / "two.prm"
    path.write_text(TWO_CURRENTS.format(cases=cases, second="90 A/cm^2", limit=TEN))
    output = folder / "out"
    done = run([kavity, "run", path, "-o", output, "-q"], code=3)
    for word in ("cannot go on", "did not converge", "last good state", str(output)):
        require(word in done.stderr, f"'{word}' is not said\n{done.stderr}")
    require("cannot go on" in (output / "log.txt").read_text(), "the log does not say why")
    require(not (output / "result.json").exists(), "a failed run counts as finished")
    history = rows_of(output / "history.csv")
    last = history[-1]
    require(float(last["run_time [s]"]) == 2 and float(last["current_density [mA/cm^2]"]) == 1,
            f"the last row is not that of the last good state: {last}")
    require(check_fields(output)[-1] == 2, "no fields of the last good state")

    # the same run, ended before the failure: the same fields
    path.write_text(TWO_CURRENTS.format(cases=cases, second="1 mA/cm^2", limit=TEN))
    run([kavity, "run", path, "-o", folder / "good", "-q"])
    number = len(history) - 1
    for folder_of_run in (output, folder / "good"):
        require((folder_of_run / "fields" / f"interface_{number:04}.0.vtu").exists(), "no such file")
    states = [state_on_gamma(f / "fields" / f"interface_{number:04}.0.vtu")
              for f in (output, folder / "good")]
    require(states[0] and states[0] == states[1], "the fields are not those of the good state")


def cut_steps(kavity, cases, folder):
    """Steps that do not converge are repeated with shorter ones, and the balances close."""
    path = folder / "two.prm"
    path.write_text(TWO_CURRENTS.format(cases=cases, second="200 mA/cm^2", limit="coupling iterations = 5"))
    done = run([kavity, "run", path, "-o", folder / "out"])
    require("s repeated: electrolyte and metal did not come to agree" in done.stdout,
            f"no step was repeated\n{done.stdout}")
    result = json.loads((folder / "out" / "result.json").read_text())
    require(result["repeated_steps"] > 0, "no step was repeated")
    require(max(result["largest_balance_errors"].values()) < 1e-10, "a balance is not closed")
    check_fields(folder / "out")


def killed_study(kavity, cases, folder):
    """A search that is killed goes on with what is left and gives the same table."""
    path = folder / "study.prm"
    path.write_text(STUDY.format(cases=cases))
    run([kavity, "critical-current", path, "-o", folder / "whole", "-q"])
    whole = (folder / "whole" / "critical_current.csv").read_text()
    table = folder / "killed" / "critical_current.csv"
    with subprocess.Popen([str(kavity), "critical-current", str(path), "-o", str(table.parent), "-q"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not (table.exists() and len(rows_of(table)) >= 3):
            time.sleep(0.005)
        process.kill()
    require(process.returncode == -9, "the search ended before it was killed")
    known = table.read_text().splitlines()
    require(4 <= len(known) < len(whole.splitlines()), f"{len(known) - 1} cases were known")
    require(whole.splitlines()[:len(known)] == known, "the cases known differ")

    # a finished case that carries a mark: it must come through as it is
    cause = "kept as it was"
    marked = known[1].rsplit(",", 1)[0] + f',"{cause}"'
    table.write_text("\n".join([known[0], marked, *known[2:]]) + "\n")
    done = run([kavity, "critical-current", path, "-o", table.parent, "--resume"])
    require(f"Resuming: {len(known) - 1} of 12" in done.stdout, done.stdout)
    resumed = table.read_text().splitlines()
    require(resumed[1] == marked, "a finished case was done again")
    table.write_text("\n".join([known[0], known[1], *resumed[2:]]) + "\n")
    compare(table, folder / "whole" / "critical_current.csv", ["lower", "upper"])
    require((table.parent / "result.json").exists(), "the search does not count as finished")

    # other axes: what is known stays, what is new is added; with other parameters nothing is touched
    resume = [kavity, "critical-current", path, "-o", table.parent, "--resume"]
    kept = table.read_text().splitlines()
    done = run([*resume, "--set", "Critical current/Temperatures=10 degC, 20 degC"])
    require("Resuming: 6 of 12" in done.stdout, done.stdout)
    now = table.read_text().splitlines()
    require(set(kept) <= set(now) and len(now) == len(kept) + 6, "\n".join(now))
    done = run(resume)
    require("nothing to go on with" in done.stdout, done.stdout)
    before = held_in(table.parent)
    done = run([*resume, "--set", "Metal/Sink distance=8 um"], code=2)
    require("[Metal/Sink distance] '8 um', but '8.49 um' when it began" in done.stderr, done.stderr)
    run([kavity, "run", path, "-o", table.parent, "--resume"], code=2)
    require(before == held_in(table.parent), "a refused search has changed its folder")

    # killed before its first row
    table.unlink()
    (table.parent / "result.json").unlink()
    done = run([*resume, "--set", "Metal/Sink distance=8 um"], code=2)
    require("[Metal/Sink distance] '8 um', but '8.49 um' when it began" in done.stderr, done.stderr)
    done = run([*resume, "--set", "Critical current/Temperatures=10 degC"])
    require("is known yet: the search starts anew" in done.stdout and "Going on" not in done.stdout,
            done.stdout)


def two_ranks(kavity, cases, folder, mpiexec):
    """Critical currents and history of two ranks are those of one, on a mesh that changes too."""
    environment = environment_of_ranks()
    ranks = [mpiexec, "-n", "2"]
    study, cell = folder / "study.prm", folder / "two.prm"
    study.write_text(STUDY.format(cases=cases))
    cell.write_text(TWO_CURRENTS.format(cases=cases, second="4 mA/cm^2", limit=COUPLED))
    for name, start in (("one", []), ("two", ranks)):
        run([*start, kavity, "critical-current", study, "-q", "-o", folder / f"{name}_study"],
            env=environment)
        run([*start, kavity, "run", cell, "-q", "-o", folder / f"{name}_run"], env=environment)
        run([*start, kavity, "run", cases / "adaptive.prm", "-q", "-o", folder / f"{name}_adaptive",
             "--set", "Solver/Coupling tolerance=1e-8", "--set", "Output/Fields=true"],
            env=environment)
    compare(folder / "one_study" / "critical_current.csv",
            folder / "two_study" / "critical_current.csv", ["lower", "upper"])
    for kind in ("run", "adaptive"):
        compare(folder / f"one_{kind}" / "history.csv", folder / f"two_{kind}" / "history.csv",
                ["_error", "iterations"])
        check_fields(folder / f"two_{kind}")
    logs = [(folder / f"{name}_adaptive" / "log.txt").read_text() for name in ("one", "two")]
    unknowns = [re.findall("unknowns: .*", log) for log in logs]
    require(unknowns[0] == unknowns[1] and len(unknowns[0]) > 1,
            f"the mesh of one and two ranks changes otherwise: {unknowns}")

    # what is read, rank 0 reads: the other one does not see it, nor can it be read twice
    cell.write_text(TWO_CURRENTS.format(cases=cases, second="4 mA/cm^2", limit=COUPLED))
    blind = folder / "blind.sh"
    blind.write_text('#!/bin/sh\n[ "$OMPI_COMM_WORLD_RANK" = $BLIND ] && cd /\nexec "$@"\n')
    blind.chmod(0o755)
    (folder / "factors.csv").write_text("x [um],factor\n0,1\n10,2\n")
    table = ["--set", "Metal/Sink distance variation/Kind=file",
             "--set", "Metal/Sink distance variation/File=factors.csv"]
    for sees, code in ((0, 0), (1, 2)):
        done = run([*ranks, blind, kavity, "run", cell.name, "-q", "-o", folder / f"blind_{sees}", *table],
                   code=code, env=dict(environment, BLIND=str(1 - sees)), cwd=folder)
        require(code == 0 or done.stderr.count("two.prm: this file cannot be read: it does not exist") == 1,
                f"not said once\n{done.stderr}")
    run([*ranks, kavity, "run", "/dev/stdin", "-q", "-o", folder / "pipe"], env=environment,
        input=cell.read_text())

    cell.write_text("set Nonsense = 1\n")
    done = run([*ranks, kavity, "run", cell, "-o", folder / "bad"], code=2, env=environment)
    require(done.stderr.count("[Nonsense]") == 1, f"not said once\n{done.stderr}")


def main():
    cases, kavity, mpiexec = pathlib.Path(sys.argv[1]) / "tests" / "cases", sys.argv[2], sys.argv[3]
    return faults_in(chosen(sys.argv[4:], (failed_solve,), (cut_steps,), (killed_study,), (two_ranks, mpiexec)),
                     lambda check, folder, *more: check(kavity, cases, folder, *more))


if __name__ == "__main__":
    sys.exit(main())
