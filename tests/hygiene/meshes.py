"""Every mesh that is shipped is what gmsh makes of its drawing: the same bodies and boundaries, and about
as many elements (other versions of gmsh number and place them differently). A parameter file beside it
is valid with the mesh made anew.

usage: meshes.py REPOSITORY KAVITY
"""

import pathlib
import re
import subprocess
import sys
import tempfile

MOST = 1.2  # numbers of elements of two versions, one over the other


def elements(path):
    """Number of elements of every physical name in a file of the format 4.1."""
    text = path.read_text()
    names = {(int(dim), int(tag)): name
             for dim, tag, name in re.findall(r'^(\d) (\d+) "(\w+)"$', text, re.MULTILINE)}
    lines = iter(text.split("$Entities\n")[1].split("$EndEntities")[0].splitlines())
    groups = {}
    for dim, number in enumerate(map(int, next(lines).split())):
        for _ in range(number):
            words = next(lines).split()
            first = 4 if dim == 0 else 7
            tags = [int(tag) for tag in words[first + 1:first + 1 + int(words[first])]]
            groups[dim, int(words[0])] = [names[dim, tag] for tag in tags]
    lines = iter(text.split("$Elements\n")[1].split("$EndElements")[0].splitlines())
    result = {}
    for _ in range(int(next(lines).split()[0])):
        dim, entity, _, number = map(int, next(lines).split())
        for name in groups[dim, entity]:
            result[name] = result.get(name, 0) + number
        for _ in range(number):
            next(lines)
    return result


def faults_of(drawing, kavity, folder):
    shipped, fresh = drawing.with_suffix(".msh"), folder / (drawing.stem + ".msh")
    dimension = re.search(r"gmsh -([23]) ", drawing.read_text()).group(1)
    run = subprocess.run(["gmsh", "-" + dimension, drawing, "-o", fresh], capture_output=True, text=True)
    if run.returncode or not fresh.exists() or re.search(r"^(Warning|Error)", run.stdout + run.stderr,
                                                         re.MULTILINE):
        return [f"{drawing}: gmsh says\n{run.stdout}{run.stderr}"]
    old, new = elements(shipped), elements(fresh)
    faults = []
    if old.keys() != new.keys():
        faults.append(f"{shipped} has {sorted(old)}, its drawing {sorted(new)}")
    for name in old.keys() & new.keys():
        if max(old[name], new[name]) > MOST * min(old[name], new[name]):
            faults.append(f"{shipped}: {old[name]} elements of {name}, its drawing {new[name]}")
    parameters = drawing.with_suffix(".prm")
    if parameters.exists():
        valid = subprocess.run([kavity, "validate", parameters, "--set", f"Mesh/File={fresh}"],
                               capture_output=True, text=True)
        if valid.returncode:
            faults.append(f"{parameters} with the mesh made anew: {valid.stdout}{valid.stderr}")
    return faults


def main():
    root, kavity = pathlib.Path(sys.argv[1]), sys.argv[2]
    drawings = sorted(root.glob("meshes/*.geo")) + sorted(root.glob("tests/*/meshes/*.geo"))
    if not drawings:
        print(f"no drawings below {root}")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        faults = [fault for drawing in drawings
                  for fault in faults_of(drawing, kavity, pathlib.Path(folder))]
    print("\n".join(faults) or f"{len(drawings)} meshes are what their drawings say")
    return bool(faults)


sys.exit(main())
