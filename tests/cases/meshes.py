"""Meshes of gmsh: the elements of the box give what the box gives, the number of ranks does not matter, and
what cannot be done on a mesh is told.

usage: meshes.py REPOSITORY KAVITY MPIEXEC [[-]CHECK ...]
"""

import pathlib
import re
import sys

from checks import chosen, environment_of_ranks, faults_in, require, rows_of, run

# Time steps follow errors whose last digits differ: what the fields make of it is smaller.
SAME_ELEMENTS = 1e-9
# Of fields that are coupled to 1e-8.
SAME = 1e-7

CELL = """
include materials/K.prm
include materials/K-BASE.prm
subsection Cell
  set Temperature    = 20 degC
  set Stack pressure = 2.5 MPa
  {cell}
end
subsection Mesh
  {mesh}
end
subsection Voids
  set Population  = 4e9 1/m^2
  set Base radius = 1 um
end
subsection Solver
  set Coupling tolerance = 1e-8
end
subsection Protocol
  set Step 1 = strip at 3 mA/cm^2 for {time}
end
subsection Output
  set Fields  = false
  set Figures = false
end
"""


def write(folder, name, mesh, cell="", time="1 min"):
    path = folder / f"{name}.prm"
    path.write_text(CELL.format(cell=cell, mesh="\n  ".join(mesh), time=time))
    return path


def same_end(one, other, tolerance):
    first, second = rows_of(one / "history.csv")[-1], rows_of(other / "history.csv")[-1]
    require(first.keys() == second.keys(), "other columns")
    for name in ("voltage [V]", "contact [1]", "void_radius [um]", "interface_pressure [MPa]",
                 "potential_of_atoms [J/mol]", "drift [um/h]"):
        a, b = float(first[name]), float(second[name])
        require(abs(a - b) <= tolerance * max(abs(a), abs(b)), f"{name}: {a} and {b}")
    for row in (first, second):
        for name in ("charge_error [1]", "metal_error [1]", "sink_error [1]"):
            require(float(row[name]) < 1e-10, f"{name} is {row[name]}")


def of_a_box(kavity, _, meshes, __, folder):
    """The elements that the program chooses for this box, from a file."""
    refined = "set Global refinements = 1"
    run([kavity, "run", write(folder, "box", ["set Element size at interface = 20 um", refined]),
         "-o", folder / "box"])
    run([kavity, "run", write(folder, "file", [f"set File = {meshes / 'box.msh'}",
                                               "set File unit = 1 um", refined]),
         "-o", folder / "file"])
    same_end(folder / "box", folder / "file", SAME_ELEMENTS)


def on_ranks(kavity, mpiexec, _, shipped, folder):
    """A notch with its corners, adaptive, and a wire of one potential; one, two and three ranks."""
    environment = environment_of_ranks()
    cells = {"notch": ("", ["set Adaptive refinements = 1"]),
             "wire_reference": ("set Kind = symmetric", [])}
    for name, (cell, mesh) in cells.items():
        path = write(folder, name, [f"set File = {shipped / name}.msh", "set File unit = 1 um", *mesh],
                     cell, time="20 s")
        for ranks in (1, 2, 3):
            run([mpiexec, "-n", str(ranks), kavity, "run", path, "-o", folder / f"{name}_{ranks}"],
                env=environment)
            same_end(folder / f"{name}_1", folder / f"{name}_{ranks}", SAME)


def mistakes(kavity, _, meshes, shipped, folder):
    """Each is told with the entry, and what to do."""
    notch = [f"set File = {shipped / 'notch.msh'}", "set File unit = 1 um"]
    disc = [f"set File = {shipped / 'disc_on_pellet.msh'}", "set File unit = 1 mm"]
    drawing = [f"set File = {shipped / 'notch.geo'}", "set File unit = 1 um"]
    oblique, found = re.subn(r"(?m)^0 -1000 0$", "-3 -1000 0", (meshes / "box.msh").read_text())
    require(found == 1, "the corner is not in the mesh")
    (folder / "oblique.msh").write_text(oblique)
    cases = {
        "no plane of symmetry": ([f"set File = {folder / 'oblique.msh'}", "set File unit = 1 um"],
                                 "end\nsubsection Electrolyte\n  set Fixture = flat_support",
                                 "[Electrolyte/Fixture] needs planes of symmetry in Mesh/File"),
        "no unit": (notch[:1], "", "[Mesh/File unit] is missing"),
        "a unit alone": (notch[1:], "", "no File is given"),
        "no file": (["set File = none.msh", notch[1]], "", "it does not exist"),
        "a drawing": (drawing, "", "it is no mesh of gmsh (a .msh file)"),
        "a width": (notch, "set Width = 10 um", "[Cell/Width] has no effect because"),
        "a depth": (notch, "set Depth = 10 um", "[Cell/Depth] has no effect because"),
        "growth": (notch + ["set Growth = 0.5"], "", "[Mesh/Growth] has no effect because"),
        "elements that are wider": (notch + ["set Element size at interface = 20 um"], "",
                                    "[Mesh/Element size at interface] has no effect because the elements of "
                                    "Mesh/File are at most"),
        "a second metal": (notch, "set Kind = symmetric", "it has no body 'metal_2'"),
        "three dimensions": (notch, "set Dimension = 3", "it has no volumes with physical names"),
        "stick": (notch, "set Interface slip = stick", "stick needs a level interface"),
        "resolved voids": (disc, "end\nsubsection Voids\n  set Model = resolved",
                           "resolved voids need a box, without Mesh/File"),
        "no sinks": (notch, "end\nsubsection Metal\n  set Interface sink resistance = none\n"
                            "  set Sink distance = 8 um",
                     "is needed where the interface of Mesh/File is not level"),
    }
    for number, (name, (mesh, cell, words)) in enumerate(cases.items()):
        done = run([kavity, "validate", write(folder, f"mistake_{number}", mesh, cell)], code=2)
        require(done.stderr.count(words) == 1, f"{name}: '{words}' is not said once\n{done.stderr}")


def strained(kavity, _, __, shipped, folder):
    """The ceramic under a disc is under tension beside its rim alone: (1 - 2 nu) P/2 there, which an element beside the
    jump of the pressure overshoots by less than itself, whatever its size; all in proportion to the pressure."""
    mesh = [f"set File = {shipped / 'disc_on_pellet.msh'}", "set File unit = 1 mm"]
    path = write(folder, "disc", mesh, "set Coordinates = axisymmetric\nend\nsubsection Electrolyte\n"
                                       "  set Fixture = flat_support", time="1 s")
    stress = {}
    for pressure in (2, 4):
        out = folder / f"disc_{pressure}"
        run([kavity, "run", path, "-o", out, "--set", f"Cell/Stack pressure={pressure} MPa", "--set",
             "Protocol/Step 1=rest for 1 s", "--set", "Voids/Base radius=0 um"])
        row = rows_of(out / "history.csv")[-1]
        stress[pressure], x, y = (float(row[f"principal_stress_{name}"])
                                  for name in ("max [MPa]", "x [um]", "y [um]"))
        require(500 < x < 505 and abs(y) < 1e-6, f"the largest stress is at {x}, {y} um")
        at_rim = 0.23 * pressure  # nu = 0.27
        require(at_rim < stress[pressure] < 2 * at_rim, f"{stress[pressure]} MPa beside the rim, expected {at_rim}")
    # the solver's 1e-9 of the forces
    require(abs(stress[4] / stress[2] - 2) < 1e-7, f"{stress}")


def squeezed_out(kavity, _, meshes, __, folder):
    """That a rim does not stand the stack pressure is told beforehand, and where the run fails."""
    text = (meshes / "box.msh").read_text().replace('5\n1 3 "counter"', '6\n1 3 "counter"\n1 6 "rim"')
    rim, found = re.subn(r"(?m)^(5 20 0 0 20 100 0 1) 4 ", r"\1 6 ", text)
    require(found == 1, "the side is not in the mesh")
    (folder / "rim.msh").write_text(rim)
    told = "squeezes the metal out at the rim of Mesh/File in about"
    mesh = [f"set File = {folder / 'rim.msh'}", "set File unit = 1 um"]
    for pressure, code in (("2.5 MPa", 3), ("0.5 MPa", 0), ("0.1 MPa", 0)):
        path = write(folder, "rim", mesh)
        more = ["--set", f"Cell/Stack pressure={pressure}", "--set", "Protocol/Step 1=strip at 1 mA/cm^2 for 3 s"]
        said = run([kavity, "validate", path, *more]).stdout
        require((told in said) == (pressure != "0.1 MPa"), said)
        done = run([kavity, "run", path, *more, "-o", folder / pressure.replace(" ", "_")], code=code)
        require((told in done.stdout + done.stderr) == (pressure != "0.1 MPa"), done.stdout + done.stderr)
        require(("no metal is left" in done.stdout) == (pressure == "0.5 MPa"), done.stdout)


def main():
    root, kavity, mpiexec = (pathlib.Path(a) for a in sys.argv[1:4])
    checks = (of_a_box, on_ranks, mistakes, strained, squeezed_out)
    return faults_in(chosen(sys.argv[4:], *zip(checks)), lambda check, folder:
                     check(kavity, mpiexec, root / "tests/cases/meshes", root / "meshes", folder))


if __name__ == "__main__":
    sys.exit(main())
