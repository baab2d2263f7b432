"""Every class below source and postprocess/kavity-voids has its members in one source file.

usage: classes.py REPOSITORY
"""

import pathlib
import re
import sys

FOLDERS = ("source", "postprocess/kavity-voids")
ARGUMENTS_OF_TEMPLATE = re.compile(r"<[^<>]*>")
MEMBER = re.compile(r"(\w+)(?:::\w+)*::(?:~?\w+|operator\W+)$")


def class_of(head):
    """The outermost class that the function with this head is a member of, if any."""
    while ARGUMENTS_OF_TEMPLATE.search(head):
        head = ARGUMENTS_OF_TEMPLATE.sub("", head)
    member = MEMBER.search(head.split("(")[0].strip())
    return member.group(1) if member else None


def definitions(lines):
    """Line and class of each member function, whose body stands between braces at the margin."""
    begin = 0
    for number, line in enumerate(lines):
        if line == "{":
            owner = class_of(" ".join(lines[begin:number]))
            if owner:
                yield number, owner
        if line in ("", "{", "}") or line.endswith(";") or line.startswith(("//", "#", "}")):
            begin = number + 1


def main():
    root = pathlib.Path(sys.argv[1])
    paths = [p for folder in FOLDERS for p in sorted((root / folder).rglob("*.cc"))]
    places = {}
    for path in paths:
        for line, owner in definitions(path.read_text().splitlines()):
            places.setdefault(owner, {}).setdefault(path, line)
    faults = [
        f"{path}:{line}: a member of {owner}, which has others in {next(iter(files))}"
        for owner, files in sorted(places.items())
        for path, line in list(files.items())[1:]
    ]
    print("\n".join(faults) or f"{len(places)} classes have one source file each")
    return bool(faults) or not places


sys.exit(main())
