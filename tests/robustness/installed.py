"""The installed program works when the source tree is gone: include finds the material files that
`kavity materials` lists, and the figures find their scripts.

usage: installed.py REPOSITORY KAVITY MPIEXEC
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cases"))
# pylint: disable=wrong-import-position
from checks import faults_in, require, run

FILE = """
include materials/K.prm
include materials/K-BASE.prm
include quickstart.prm
subsection Cell
  set Width                 = 10 um
  set Metal thickness       = 10 um
  set Electrolyte thickness = 10 um
end
subsection Protocol
  set Step 1 = strip at 4 mA/cm^2 for 1 s
  set Step 2 = rest for 1 s
end
"""


def install(repository, kavity, folder):
    """Installs the program and makes it look for the source tree where there is none."""
    run(["cmake", "--install", kavity.parent, "--prefix", folder / "usr"])
    program = folder / "usr" / "bin" / "kavity"
    tree = os.fsencode(repository)
    content = program.read_bytes()
    require(tree in content, f"{program} does not know {repository}: this test would prove nothing")
    gone = tree[:-1] + (b"0" if tree[-1:] != b"0" else b"1")
    require(not os.path.exists(gone), f"{gone} exists")
    program.write_bytes(content.replace(tree + b"\0", gone + b"\0").replace(tree + b"/", gone + b"/"))
    require(tree + b"\0" not in program.read_bytes(), "the source tree is still known")
    return program


def without_the_source_tree(repository, kavity, folder):
    program = install(repository, kavity, folder)
    share = folder / "usr" / "share" / "kavity"
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("KAVITY_PARAMETER_FILES", "KAVITY_POSTPROCESS")}
    listed = run([program, "materials"], env=environment).stdout
    require(str(share / "parameter_files" / "materials") in listed, listed)
    table = listed[:listed.index("\nFiles in ")]
    names = [line.split()[0] for line in table.splitlines() if line and line[0] != " "]
    shipped = {p.stem for p in (repository / "parameter_files" / "materials").glob("*.prm")}
    require(set(names) == shipped, f"lists {sorted(names)}, shipped are {sorted(shipped)}")

    path = folder / "cell.prm"
    path.write_text(FILE)
    run([program, "validate", path], env=environment)
    for name in ("quickstart.prm", "voids_from_image_2d.prm"):
        run([program, "validate", share / "parameter_files" / name], env=environment)
    said = run([program, "run", path, "-o", folder / "out"], cwd=folder, env=environment).stdout
    require("No figures" not in said, said)
    pictures = sorted(p.name for p in (folder / "out" / "figures").glob("*.png"))
    require("history.png" in pictures, f"pictures: {pictures}\n{said}")
    run([program, "validate", folder / "out" / "parameters.prm"], env=environment)


def main():
    repository, kavity = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    return faults_in([(without_the_source_tree,)], lambda check, folder: check(repository, kavity, folder))


if __name__ == "__main__":
    sys.exit(main())
