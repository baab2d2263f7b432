"""A valid parameter file and what bad_input.py does wrong in it and on the command line, with what is to be said."""

VALID = """\
include materials/K.prm
include materials/K-BASE.prm

subsection Cell
  set Dimension             = 2
  set Width                 = 10 um
  set Metal thickness       = 50 um
  set Electrolyte thickness = 100 um
  set Temperature           = 20 degC
  set Stack pressure        = 2.5 MPa
  set Platen                = pressure
end

subsection Mesh
  set Element size at interface = 5 um
end

subsection Voids
  set Law         = vacancy_sink
  set Population  = 1e9 1/m^2
  set Base radius = 2 um
  subsection vacancy_sink
    set Contact angle = 90 degree
  end
  subsection Radius variation
    set Kind       = expression
    set Expression = 1 + 0.3*cos(2*pi*x/10)
  end
end

subsection Protocol
  subsection Step 1
    set Kind            = strip
    set Current density = 1 mA/cm^2
    set Until           = time > 1 min
  end
  subsection Step 2
    set Kind  = rest
    set Until = time > 1 min
  end
end

subsection Critical current
  set Stack pressures  = 1 MPa, 5 MPa
  set Kinds            = void_inf
  set Reference radius = 2 um
end

subsection Output
  set Fields  = false
  set Figures = false
end
"""


def protocol_failure(conditions, words):
    """In what the cell is said to fail by."""
    return ("subsection Protocol\n", f"subsection Protocol\n  set Failure = {conditions}\n", "set Failure",
            "Protocol/Failure", words)


def study_of(observables, words):
    """In what a study of runs reports."""
    section = (f"subsection Study\n  set Response = run\n  set Observables = {observables}\n  subsection Axis 1\n"
               "    set Parameter = Cell/Temperature\n    set Values = 10 degC, 20 degC\n  end\nend\n")
    return "subsection Output", section + "subsection Output", "set Observables", "Study/Observables", words


def ramp(entry, value, words):
    """In the staircase of critical current densities."""
    kinds = "  set Kinds            = void_inf"
    change = f"  set Kinds = {value}" if entry == "Kinds" else f"  set Kinds = ccd_ramp\n  set {entry} = {value}"
    return kinds, change, f"set {entry}", f"Critical current/{entry}", words


# Known at one temperature, and without the kinetics that K-BASE.prm brings.
OTHER_ELECTROLYTE = """\
include materials/K2.92Sb0.92W0.08S4.prm
subsection Kinetics
  set Charge-transfer resistance = 5 ohm cm^2
end
"""


RADIUS = "  set Reference radius = 2 um\n"


def resolved(kind, lines, marker, entry, words, dimension=2, also="", radius=""):
    """The file with resolved voids instead of its own, as a change of IN_THE_FILE."""
    old = VALID[VALID.index("= 2\n"):VALID.index("subsection Output")]
    voids, protocol = old.index("subsection Voids"), old.index("subsection Protocol")
    section = "\n".join(["subsection Voids", "  set Model = resolved", "end", "subsection Void field",
                         f"  subsection {kind}", *lines, "  end", "end", ""])
    new = (old[:voids].replace("= 2\n", f"= {dimension}\n") + also + section +
           old[protocol:].replace(RADIUS, radius))
    return old, new, marker, entry, words


def image(file, marker, entry, words, dimension=2, height=20):
    """Voids from an image."""
    lines = [f"    set File = {file}"] + [f"    set Height = {height} um"] * (height is not None)
    return resolved("Void image", lines, marker, f"Void field/Void image/{entry}", words, dimension)


def void_of(lines, marker, entry, words, section="Void 1", more="", metal="50 um"):
    """A void given by these lines, with a surface of 0.5 um and other entries of Void field."""
    old, new, marker, _, words = resolved(section, [f"    set {line}" for line in lines], marker, "",
                                          words)
    new = new.replace("subsection Void field\n", "subsection Void field\n" + more)
    new = new.replace("= 50 um", f"= {metal}")
    return old, new, marker, f"Void field/{entry}", words


def one_void(marker, entry, words, **more):
    """A void of 2 um."""
    return resolved("Void 1", ["    set Base radius = 2 um"], marker, entry, words, **more)


def below_a_section_without_effect():
    """An entry that is not known where nothing counts."""
    old, new, marker, entry, words = one_void("subsection Radius", "Voids/Radius variation",
                                              ["no effect", "Model = resolved"])
    section = "  subsection Radius variation\n    set Knd = none\n  end\n"
    return old, new.replace("= resolved\n", "= resolved\n" + section), marker, entry, words


def no_voids_by_default():
    """Kinds are not given, so that they are not to blame."""
    old, new, marker, entry, words = resolved("Random voids", ["    set Number = 0"],
                                              "subsection Void field", "Void field",
                                              ["has no void", "void_inf", "by default", "Void 1"])
    return old, new.replace("  set Kinds            = void_inf\n", ""), marker, entry, words


STEPS = VALID[VALID.index("  subsection Step 1"):VALID.index("end\n\nsubsection Critical")]


def line_of(step, words):
    """A protocol of one step, as a line."""
    return STEPS, f"  set Step 1 = {step}\n", "set Step 1", "Protocol/Step 1", words


DENDRITES = """subsection Dendrites
  set Criterion = crack_propagation
  subsection crack_propagation
    set {entry}
  end
end
subsection Mesh"""


def elastic(entries):
    """The file with an elastic electrolyte."""
    lines = "\n".join(f"  set {entry}" for entry in ["Fixture = flat_support", *entries])
    return f"subsection Electrolyte\n{lines}\nend\nsubsection Mesh"


# What is changed in the file, the line the message points at (after the change), the entry it
# names, and words that tell a chemist what is wrong and what was expected.
#   name: (old text, new text, line, entry, words)
IN_THE_FILE = {
    "unknown section": ("subsection Mesh", "subsection Messh", "subsection Messh", "Messh",
                        ["no such section", "did you mean 'Mesh'"]),
    "unknown entry": ("Stack pressure   ", "Stack presure   ", "Stack presure",
                      "Cell/Stack presure", ["no such entry", "did you mean 'Stack pressure'"]),
    "entry of another section": ("  set Law  ", "  set Temperature = 20 degC\n  set Law  ",
                                 "set Temperature = 20", "Voids/Temperature",
                                 ["no such entry", "there is [Cell/Temperature]"]),
    "entry outside its section": ("\nsubsection Mesh", "\nset Growth = 0.5\nsubsection Mesh",
                                  "set Growth", "Growth", ["no such entry", "Mesh/Growth"]),
    "elements that cannot be numbered": ("= 5 um", "= 0.1 nm", "= 0.1 nm",
                                         "Mesh/Element size at interface",
                                         ["cannot be narrower than 0.", "cell smaller"]),
    "elements larger than the cell": ("= 5 um", "= 5 mm", "= 5 mm", "Mesh/Element size at interface",
                                      ["larger than all of the cell, 100 um"]),
    "unit that does not exist": ("2.5 MPa", "2.5 MPas", "2.5 MPas", "Cell/Stack pressure",
                                 ["'MPas'", "a pressure", "'MPa'"]),
    "unit in lower case": ("2.5 MPa", "2.5 mpa", "2.5 mpa", "Cell/Stack pressure",
                           ["'mpa'", "did you mean 'MPa'?"]),
    "unit in upper case": ("= 10 um", "= 10 UM", "= 10 UM", "Cell/Width", ["did you mean 'um'?"]),
    "battery unit in lower case": ("= time > 1 min", "= capacity > 1 mah/cm^2", "1 mah/cm^2",
                                   "Protocol/Step 1/Until", ["did you mean 'mAh/cm^2'?"]),
    "unit of another dimension in the other case": ("= time > 1 min", "= time > 1 S", "time > 1 S",
                                                    "Protocol/Step 1/Until", ["not a time", "did you mean 's'?"]),
    "length for a contact": ("= time > 1 min", "= contact < 50 um", "contact < 50 um",
                             "Protocol/Step 1/Until", ["has the unit 'um'", "a number without a unit"]),
    "contact above 100 %": ("= time > 1 min", "= contact > 120 %", "contact > 120 %",
                            "Protocol/Step 1/Until", ["can never hold", "at most 1"]),
    "entry below a section without effect": below_a_section_without_effect(),
    "more diffusion along the interface than can be computed": (
        "subsection Mesh", "subsection Metal\n  set Interface diffusivity = 2e-14 m^3/s\nend\nsubsection Mesh",
        "set Interface diffusivity", "Metal/Interface diffusivity", ["out of range", "to 1e-14 m^3/s"]),
    "more diffusion along the surface of resolved voids": one_void(
        "set Interface diffusivity", "Metal/Interface diffusivity",
        ["1e-14 m^3/s is too much for resolved voids", "at most ", "m^3/s, 300 times", "Surface width"],
        also="subsection Metal\n  set Interface diffusivity = 1e-14 m^3/s\nend\n"),
    "unit of another dimension": ("= 10 um", "= 10 MPa", "= 10 MPa", "Cell/Width",
                                  ["'10 MPa' is not a length", "'um'"]),
    "coulomb for degrees": ("20 degC", "20 C", "20 C", "Cell/Temperature",
                            ["not a temperature", "'C' is coulomb", "degC"]),
    "current for a current density": ("1 mA/cm^2", "1 mA", "= 1 mA",
                                      "Protocol/Step 1/Current density",
                                      ["not a current density", "'mA/cm^2'"]),
    "bare number": ("2.5 MPa", "2.5", "= 2.5", "Cell/Stack pressure",
                    ["'2.5' has no unit", "a pressure such as '2.5 MPa'"]),
    "unit on a plain number": ("= 2\n", "= 2 um\n", "= 2 um", "Cell/Dimension",
                               ["not a whole number", "from 2 to 3"]),
    "negative thickness": ("= 50 um", "= -50 um", "-50 um", "Cell/Metal thickness",
                           ["'-50 um' is out of range", "0.01 to 100000 um"]),
    "negative pressure": ("= 2.5 MPa", "= -2.5 MPa", "-2.5 MPa", "Cell/Stack pressure",
                          ["out of range", "0, or 0.0001 to 10000 MPa"]),
    "angle out of range": ("= 90 degree", "= 200 degree", "200 degree",
                           "Voids/vacancy_sink/Contact angle", ["out of range", "10 to 170 degree"]),
    "four dimensions": ("= 2\n", "= 4\n", "Dimension ", "Cell/Dimension",
                        ["'4' is out of range", "from 2 to 3"]),
    "not a number": ("= 2.5 MPa", "= nan MPa", "nan MPa", "Cell/Stack pressure",
                     ["'nan MPa' does not start with a number", "a pressure such as '2.5 MPa'"]),
    "words for a number": ("= 10 um", "= ten um", "ten um", "Cell/Width",
                           ["'ten um' does not start with a number", "a length such as '20 um'"]),
    "decimal comma": ("= 2.5 MPa", "= 2,5 MPa", "2,5 MPa", "Cell/Stack pressure",
                      ["decimal point", "comma"]),
    "nothing after the sign": ("= 2.5 MPa", "=", "Stack pressure", "Cell/Stack pressure",
                               ["empty", "a pressure such as"]),
    "two values for one": ("= 10 um", "= 10 um 20 um", "10 um 20 um", "Cell/Width", ["10 um 20 um"]),
    "no sign of equality": ("set Platen                = pressure", "set Platen pressure",
                            "set Platen pressure", "Cell", ["'set Platen pressure' has no '='", "set ENTRY = VALUE"]),
    "line that is no entry": ("  set Platen  ", "  Platen  ", "  Platen  ", "Cell",
                              ["not understood", "set ENTRY = VALUE"]),
    "entry set twice": ("  set Platen  ", "  set Width = 20 um\n  set Platen  ", "= 20 um",
                        "Cell/Width", ["set twice", "line 6"]),
    "neither true nor false": ("= false", "= maybe", "maybe", "Output/Fields",
                               ["neither 'true' nor 'false'"]),
    "section without end": ("  set Figures = false\nend", "  set Figures = false",
                            "set Figures", "Output", ["'Output' opened at line 49", "no 'end'"]),
    "end without section": ("end\n\nsubsection Mesh", "end\nend\n\nsubsection Mesh",
                            "end\nend", "", ["'end' without an open section"]),
    "include that is not there": ("materials/K.prm", "materials/Q.prm", "include materials/Q.prm", "",
                                  ["'materials/Q.prm'", "parameter_files"]),
    "no metal": ("include materials/K.prm\n", "", None, "Metal",
                 ["is missing", "include materials/K.prm"]),
    "no electrolyte": ("include materials/K-BASE.prm\n", "", None, "Electrolyte",
                       ["is missing", "include materials/K-BASE.prm"]),
    "unknown law": ("= vacancy_sink", "= vacancy_sinc", "vacancy_sinc", "Voids/Law",
                    ["not known", "did you mean 'vacancy_sink'", "plastic_contact"]),
    "entry of a law not chosen": ("= vacancy_sink", "= plastic_contact", "subsection vacancy_sink",
                                  "Voids/vacancy_sink", ["no effect", "Law = plastic_contact"]),
    "flaw deeper than the electrolyte": (
        "subsection Mesh", DENDRITES.format(entry="Flaw length = 5 mm"), "set Criterion", "Dendrites/Criterion",
        ["5000 um below the interface", "um thick"]),
    "flaw filled beyond its end": (
        "subsection Mesh", DENDRITES.format(entry="Filled length = 90 um"), "set Filled length",
        "Dendrites/crack_propagation/Filled length", ["longer than the flaw"]),
    "electrolyte without a toughness": (
        "subsection Mesh", "subsection Electrolyte\n  set Fracture toughness = none\nend\n"
        + DENDRITES.format(entry="Half-gap = 0 nm"), "set Fracture", "Electrolyte/Fracture toughness",
        ["is missing", "Dendrites/Criterion"]),
    "unknown fixture": ("subsection Mesh", elastic([]).replace("flat_support", "flat"), "set Fixture",
                        "Electrolyte/Fixture", ["'flat'", "flat_support"]),
    "elastic without Young's modulus": ("subsection Mesh", elastic(["Young modulus = none"]), "set Young",
                                        "Electrolyte/Young modulus", ["is missing", "Fixture"]),
    "elastic without Poisson's ratio": ("subsection Mesh", elastic(["Poisson ratio = none"]), "set Poisson",
                                        "Electrolyte/Poisson ratio", ["is missing", "Fixture"]),
    "elastic and incompressible": ("subsection Mesh", elastic(["Poisson ratio = 0.5"]), "set Poisson",
                                   "Electrolyte/Poisson ratio", ["below 0.5", "Fixture"]),
    "strained flaw deeper than the electrolyte": (
        "subsection Mesh", elastic([]).replace("subsection Mesh", DENDRITES.format(
            entry="Flaw length = 5 mm\n    set Filled length = 10 um")), "set Criterion", "Dendrites/Criterion",
        ["at the stress 5000 um below the interface", "um thick"]),
    "flaw without a criterion": (
        "subsection Mesh", DENDRITES.format(entry="Half-gap = 0 nm").replace("= crack", "= none # crack"),
        "subsection crack", "Dendrites/crack_propagation", ["no effect", "Criterion = none"]),
    "unknown criterion": (
        "subsection Mesh", DENDRITES.format(entry="Half-gap = 0 nm").replace("= crack", "= creck"),
        "set Criterion", "Dendrites/Criterion", ["'creck_propagation' is not known", "crack_propagation"]),
    "unknown choice": ("= pressure", "= weight", "weight", "Cell/Platen",
                       ["'weight' is not known", "gap, pressure, rigid_pressure, spring"]),
    "half a name, misspelt": ("set Stack pressure", "set Preasure", "Preasure", "Cell/Preasure",
                              ["is not known; did you mean 'Stack pressure'?"]),
    "too cold": ("20 degC", "-250 degC", "-250 degC", "Cell/Temperature", ["is too cold: below -173.15 degC"]),
    "above melting": ("20 degC", "70 degC", "70 degC", "Cell/Temperature",
                      ["70 degC", "melting point of potassium", "63.35 degC"]),
    "below absolute zero": ("20 degC", "-300 degC", "-300 degC", "Cell/Temperature",
                            ["-300 degC", "absolute zero"]),
    "temperature not known": ("include materials/K-BASE.prm", OTHER_ELECTROLYTE, "= 20 degC",
                              "Cell/Temperature", ["K2.92Sb0.92W0.08S4", "known at 25 degC alone",
                                                   "Activation energy"]),
    "electrolyte of no toughness": (
        "subsection Mesh", "subsection Electrolyte\n  set Fracture toughness = 0 MPa sqrt(m)\nend\n"
        + DENDRITES.format(entry="Half-gap = 0 nm"), "set Fracture", "Electrolyte/Fracture toughness", ["out of range"]),
    "stiffness of nothing under a plate on a spring": (
        "= pressure\nend", "= spring\n  subsection spring\n    set Compliance = 1 um/MPa\n  end\nend\n"
        "subsection Metal\n  set Young modulus = 0 GPa\nend", "set Young", "Metal/Young modulus", ["out of range"]),
    "failure by dendrites of an unknown criterion": (
        "subsection Protocol\n", "subsection Dendrites\n  set Criterion = creck_propagation\nend\n"
        "subsection Protocol\n  set Failure = dendrite_margin > 0\n", "set Criterion", "Dendrites/Criterion",
        ["'creck_propagation' is not known"]),
    "both kinetics": ("subsection Mesh",
                      "subsection Kinetics\n  set Exchange current density = 1 mA/cm^2\nend\n"
                      "subsection Mesh", "set Exchange current density",
                      "Kinetics/Exchange current density",
                      ["charge-transfer resistance", "give one of the two", "none"]),
    "axisymmetric in 3D": ("= 2\n", "= 3\n  set Coordinates = axisymmetric\n", "axisymmetric",
                           "Cell/Coordinates", ["two-dimensional", "Dimension = 2"]),
    "depth in 2D": ("= 2\n", "= 2\n  set Depth = 10 um\n", "set Depth", "Cell/Depth",
                    ["no effect", "Dimension = 2"]),
    "pressure of a wrong prefix": ("= 2.5 MPa", "= 2.5 mPa", "= 2.5 mPa", "Cell/Stack pressure",
                                   ["'2.5 mPa' (2.5e-09 MPa) is out of range", "did you mean '2.5 MPa'?"]),
    "current of a wrong prefix": ("= 1 mA/cm^2", "= 3 MA/cm^2", "= 3 MA/cm^2",
                                  "Protocol/Step 1/Current density",
                                  ["(3e+09 mA/cm^2) is out of range", "did you mean '3 mA/cm^2'?"]),
    "width of nothing": ("= 10 um", "= 1e-300 um", "= 1e-300 um", "Cell/Width", ["out of range", "0.01 to"]),
    "thickness of a metre": ("= 50 um", "= 50 m", "= 50 m", "Cell/Metal thickness",
                             ["(5e+07 um)", "did you mean '50 um'?"]),
    "expression that assigns": ("1 + 0.3*cos(2*pi*x/10)", "x=3", "set Expression",
                                "Voids/Radius variation/Expression", ["assigns with '='"]),
    "voids higher than the metal": ("= 50 um", "= 1.5 um", "Base radius", "Voids/Base radius",
                                    ["2.6 um high", "do not fit into metal of 1.5 um"]),
    "voids that overlap where they vary": ("= 1e9 1/m^2", "= 7e10 1/m^2", "Base radius", "Voids/Base radius",
                                           ["with its variation", "2.6 um", "overlap"]),
    "too many stack pressures": ("1 MPa, 5 MPa", ", ".join(["1 MPa to 5 MPa in 9000"] * 2),
                                 "1 MPa to 5 MPa in 9000", "Critical current/Stack pressures",
                                 ["more than 10000 values"]),
    "cell that does not fit into memory": (
        "= 2\n  set Width                 = 10 um", "= 3\n  set Width = 5 mm", None, None,
        ["too large for this machine", "GB are available", "Mesh/Element size"]),
    "overlapping voids": ("Base radius = 2 um", "Base radius = 20 um", "Base radius", "Voids/Base radius",
                          ["overlap", "whole interface"]),
    "expression of another variable": ("cos(2*pi*x/10)", "cos(2*pi*y/10)", "cos(2*pi*y/10)",
                                       "Voids/Radius variation/Expression",
                                       ["no expression in x and z", "y"]),
    "expression with an open bracket": ("cos(2*pi*x/10)", "cos(2*pi*x/10", "set Expression",
                                        "Voids/Radius variation/Expression",
                                        ["no expression in x and z"]),
    "expression below zero": ("1 + 0.3*cos", "1 + 3*cos", "set Expression",
                              "Voids/Radius variation/Expression", ["must be > 0"]),
    "entry of a variation not chosen": ("    set Kind       = expression", "    set Kind = none",
                                        "set Expression", "Voids/Radius variation/Expression",
                                        ["no effect", "no Kind of variation is chosen"]),
    "table that is not there": ("expression\n    set Expression = 1 + 0.3*cos(2*pi*x/10)",
                                "file\n    set File = factors.csv", "set File",
                                "Voids/Radius variation/File",
                                ["'factors.csv'", "cannot be read"]),
    "two conductivities": ("subsection Mesh", "subsection Electrolyte\n"
                           "  set Conductivity = 1 S/cm, 2 S/cm\nend\nsubsection Mesh",
                           "set Conductivity", "Electrolyte/Conductivity",
                           ["2 values", "one (isotropic) or three"]),
    "no step": (STEPS, "", "subsection Protocol", "Protocol/Step 1", ["missing", "at least one step"]),
    "steps not in order": ("Step 2", "Step 3", "subsection Protocol", "Protocol/Step 2",
                           ["missing", "Step 3", "number the steps from 1"]),
    "no end condition": ("    set Until           = time > 1 min\n", "", "subsection Step 1",
                         "Protocol/Step 1/Until", ["no end condition", "'time > 1 h'"]),
    "no current": ("    set Current density = 1 mA/cm^2\n", "", "subsection Step 1",
                   "Protocol/Step 1/Current density", ["not given", "a current density such as"]),
    "word of a step": line_of("strip at 1 mA/cm^2 untill contact < 0.5",
                              ["'untill' after 'strip at 1 mA/cm^2'", "did you mean 'until'"]),
    "step that ends too early": line_of("strip at 1 mA/cm^2", ["ends with", "expected 'for' or 'until'"]),
    "current of a step in a wrong unit": line_of("strip at 1 mA for 1 h", ["'1 mA' is not a current density"]),
    "C-rate of nothing": line_of("strip at C/10 for 1 h", ["'C/10' is a C-rate", "[Protocol/Capacity]"]),
    "ramp without time": line_of("ramp from 0 to 5 mA/cm^2", ["ends with", "expected 'over'"]),
    "cut-off of a constant current": line_of("strip at 1 mA/cm^2 until |current_density| < 0.1 mA/cm^2",
                                             ["its current is constant"]),
    "constant voltage without a unit": line_of("hold at 50 for 1 h", ["'50' has no unit", "a voltage such as '50 mV'"]),
    "constant voltage without an end": line_of("hold at 50 mV", ["ends with", "expected 'for' or 'until'"]),
    "voltage that ends a constant voltage": line_of("hold at 50 mV until voltage > 60 mV", ["kept at 50 mV"]),
    "stripping down to a voltage": line_of("strip at 1 mA/cm^2 down to 50 mV for 1 h", ["rise", "'up to'"]),
    "stripping at a voltage that plates": line_of("strip at 1 mA/cm^2 up to -50 mV for 1 h",
                                                  ["no current strips at -50 mV", "-1.18 mV", "above"]),
    "plating at a voltage that strips": line_of("plate at 1 mA/cm^2 down to 50 mV for 1 h",
                                                ["no current plates at 50 mV", "below"]),
    "constant voltage beside a prescribed current": (
        "  set Platen                = pressure\nend",
        "  set Platen                = pressure\n  set Counter electrode = prescribed_current\nend\n"
        "subsection Protocol\n  set Step 3 = hold at 50 mV for 1 h\nend", "set Step 3", "Protocol/Step 3",
        ["counter electrode", "Counter electrode = ideal", "Kind = symmetric"]),
    "step given twice": (STEPS, "  set Step 1 = rest for 1 h\n" + STEPS, "set Step 1",
                         "Protocol/Step 1", ["an entry and as a section"]),
    "block beside steps": (STEPS, STEPS + "  subsection Block 1\n    set Step 1 = rest for 1 h\n  end\n",
                           "subsection Block 1", "Protocol/Block 1", ["of steps or of blocks"]),
    "block without steps": (STEPS, "  subsection Block 1\n    set Cycles = 3\n  end\n", "subsection Block 1",
                            "Protocol/Block 1/Step 1", ["missing", "at least one step"]),
    "capacity at rest": ("set Until = time > 1 min", "set Until = capacity > 1 mAh/cm^2",
                         "set Until = capacity", "Protocol/Step 2/Until",
                         ["never", "rest", "use time"]),
    "current at rest": ("set Kind  = rest", "set Kind  = rest\n    set Current density = 2 mA/cm^2",
                        "= 2 mA/cm^2", "Protocol/Step 2/Current density",
                        ["no effect", "rest", "no current flows"]),
    "unknown observable": ("= time > 1 min", "= tension > 1 V", "tension", "Protocol/Step 1/Until",
                           ["observable 'tension'", "voltage"]),
    "limit in a wrong unit": ("= time > 1 min", "= time > 1 V", "time > 1 V",
                              "Protocol/Step 1/Until", ["not a time"]),
    "contact above one": ("= time > 1 min", "= contact > 1.2", "contact > 1.2",
                          "Protocol/Step 1/Until", ["can never hold", "at most 1"]),
    "no comparison": ("= time > 1 min", "= after an hour", "after an hour", "Protocol/Step 1/Until",
                      ["no end condition", "'time > 1 h'"]),
    "signed current": ("= 1 mA/cm^2", "= -1 mA/cm^2", "-1 mA/cm^2",
                       "Protocol/Step 1/Current density", ["out of range", "1e-06 to 100000 mA/cm^2"]),
    "list of half a range": ("1 MPa, 5 MPa", "1 MPa to 5 MPa", "1 MPa to 5 MPa",
                             "Critical current/Stack pressures",
                             ["FIRST to LAST in NUMBER OF VALUES"]),
    "list with a gap": ("1 MPa, 5 MPa", "1 MPa, , 5 MPa", "1 MPa, ,",
                        "Critical current/Stack pressures", ["empty"]),
    "unknown kind": ("= void_inf", "= void_infinity", "void_infinity", "Critical current/Kinds",
                     ["did you mean 'void_inf'"]),
    "bounds the wrong way": ("  set Kinds  ", "  set Lower bound = 9 A/cm^2\n  set Kinds  ",
                             "Lower bound", "Critical current/Lower bound",
                             ["upper bound, 100 mA/cm^2,", "lower bound, 9000 mA/cm^2"]),
    "surface energy of resolved voids": one_void(
        "set Surface energy", "Metal/Surface energy", ["no effect", "Void field/Barrier"],
        also="subsection Metal\n  set Surface energy = 0.2 J/m^2\nend\n"),
    "reference radius of resolved voids": one_void(
        "set Reference radius", "Critical current/Reference radius", ["no effect", "[Void field]"],
        radius=RADIUS),
    "void wider than the cell": void_of(["Base radius = 12 um"], "set Base radius", "Void 1/Base radius",
                                        ["12 um", "one side of the cell to the other", "10 um wide"]),
    "void wider than the cell above its base": void_of(
        ["Base radius = 6 um"], "set Base radius", "Void 1/Base radius", ["one side of the cell to the other"],
        more="  set Contact angle = 30 degree\n"),
    "void higher than the metal": void_of(
        ["Base radius = 4 um"], "set Base radius", "Void 1/Base radius",
        ["4 um high", "does not fit into metal of 4 um"], metal="4 um"),
    "void thinner than its surface": void_of(["Base radius = 0.4 um"], "set Base radius", "Void 1/Base radius",
                                             ["0.4 um", "less than the width of its surface, 0.5 um"]),
    "flat void thinner than its surface": void_of(
        ["Base radius = 2 um"], "set Base radius", "Void 1/Base radius", ["0.3527 um high", "its surface, 0.5 um"],
        more="  set Contact angle = 160 degree\n"),
    "void without its predecessor": void_of(["Base radius = 2 um"], "subsection Void 2", "Void 2",
                                            ["no 'Void 1'", "number the voids from 1"], section="Void 2"),
    "surface wider than the metal": void_of(["Base radius = 4 um"], "Surface width", "Surface width",
                                            ["3 um is not small", "10 um", "a quarter"],
                                            more="  set Surface width = 3 um\n"),
    "random voids thinner than their surface": void_of(
        ["Number = 2", "Mean radius = 0.3 um"], "set Mean radius", "Random voids/Mean radius",
        ["less than the width of its surface"], section="Random voids"),
    "image that is not there": image("missing.png", "set File", "File",
                                     ["missing.png", "does not exist"]),
    "image of another kind": image("cell.prm", "set File", "File", ["cell.prm", "PNG"]),
    "image without voids": image("bright.png", "set File", "File",
                                 ["bright.png", "no void", "threshold"]),
    "image without metal": image("dark.png", "set File", "File",
                                 ["dark.png", "no metal", "threshold"]),
    "slices in 2D": image("voids.png\n    set Slices = 3", "set Slices", "Slices",
                          ["no effect", "two-dimensional"]),
    "slice that is not there": image("slice_%d.png\n    set Slices = 3", "set File", "File",
                                     ["slice_3.png", "does not exist"], dimension=3),
    "slices of two sizes": image("odd_%02d.png\n    set Slices = 2", "set File", "File",
                                 ["odd_02.png' has 3 x 2 pixels", "odd_01.png' has 2 x 2"],
                                 dimension=3),
    "series without a number": image("voids.png\n    set Slices = 2", "set File", "File",
                                     ["voids.png", "voids_%03d.png"], dimension=3),
    "image without height": image("voids.png", "subsection Void image", "Height", ["not given", "length"],
                                  height=None),
    "image higher than the metal": image("voids.png", "set Height", "Height",
                                         ["higher than the metal"], height=60),
    "image wider than the cell": image("voids.png\n    set Width = 11 um", "set Width = 11",
                                       "Width", ["wider than the cell"]),
    "image for homogenised voids": ("subsection Protocol", "subsection Void field\n"
                                    "  subsection Void image\n    set File = voids.png\n  end\n"
                                    "end\nsubsection Protocol", "subsection Void field",
                                    "Void field", ["no effect", "homogenised"]),
    "blocked everywhere": ("subsection Mesh", "subsection Kinetics\n"
                           "  subsection Exchange current variation\n    set Kind = expression\n"
                           "    set Expression = 0*x\n  end\nend\nsubsection Mesh",
                           "set Expression = 0*x",
                           "Kinetics/Exchange current variation/Expression",
                           ["0 everywhere"]),
    "first time step too long": ("subsection Protocol",
                                 "subsection Time stepping\n  set Initial step = 1 h\nend\n"
                                 "subsection Protocol", "set Initial step",
                                 "Time stepping/Initial step", ["3600 s", "the largest, 600 s"]),
    "failure of an unknown observable": protocol_failure("contakt < 0.5", ["'contakt'", "did you mean 'contact'"]),
    "failure by a clock": protocol_failure("run_time > 10 h", ["'run_time > 10 h'", "no failure", "'Cycles'"]),
    "failure by a capacity": protocol_failure("contact < 0.5 or capacity > 1 mAh/cm^2", ["no failure of the cell"]),
    "failure that always holds": protocol_failure("contact > -1", ["always holds"]),
    "failure that can never hold": protocol_failure("contact < 0", ["can never hold"]),
    "failure with a wrong unit": protocol_failure("|voltage| > 3 MPa", ["3 MPa"]),
    "failure by dendrites without a criterion": protocol_failure("dendrite_margin > 0", ["Dendrites/Criterion"]),
    "failure of an electrode that is not there": protocol_failure("contact_2 < 0.5", ["Cell/Kind = symmetric"]),
    "failure by conditions joined by a comma": protocol_failure("contact < 0.5, voltage > 1 V", ["'or' and 'and'"]),
    "cycles to a failure that is not said": study_of("cycles_to_failure", ["Protocol/Failure"]),
    "smallest of one number": study_of(
        "min cycles_to_failure", ["'min cycles_to_failure': a run has one number of them; expected 'cycles_to_failure'"]),
}

THIN = VALID[VALID.index("= 50 um"):VALID.index("  subsection vacancy_sink")]

# The same for kavity critical-current.
FOR_A_SEARCH = {
    "overlapping reference voids": ("Reference radius = 2 um", "Reference radius = 20 um",
                                    "Reference radius", "Critical current/Reference radius",
                                    ["overlap"]),
    "overlapping reference voids of the second electrode": (
        "= pressure\nend", "= pressure\n  set Kind = symmetric\nend\nsubsection Voids 2\n  set Population = 1e11 1/m^2\n"
        "  set Base radius = 0.1 um\nend", "Reference radius", "Critical current/Reference radius",
        ["population of [Voids 2] overlap"]),
    "voids resolved at the second electrode alone": (
        "= pressure\nend", "= pressure\n  set Kind = symmetric\nend\nsubsection Voids 2\n  set Model = resolved\nend\n"
        "subsection Void field 2\n  set Surface width = 0.5 um\nend", "set Kinds", "Critical current/Kinds",
        ["void_inf asks both electrodes the same", "give [Voids] and [Voids 2] one Model"]),
    "stack pressure listed twice": ("1 MPa, 5 MPa", "1 MPa, 5 MPa, 1000 kPa", "1000 kPa", "Critical current/Stack pressures",
                                    ["'1 MPa' is listed twice"]),
    "temperature listed twice": (
        "  set Kinds  ", "  set Temperatures = 20 degC, 293.15 K\n  set Kinds  ", "set Temperatures",
        "Critical current/Temperatures", ["'20 degC' is listed twice"]),
    "dendrites of an unknown criterion": (
        "subsection Critical current\n  set Stack pressures  = 1 MPa, 5 MPa\n  set Kinds            = void_inf",
        "subsection Dendrites\n  set Criterion = creck_propagation\nend\n"
        "subsection Critical current\n  set Kinds            = dendrite_fresh", "set Criterion", "Dendrites/Criterion",
        ["'creck_propagation' is not known"]),
    "half-cycle of a ramp that is a word": ramp(
        "Ramp half-cycle", "banana", ["'banana'", "expected a value such as '30 min' or '1 mAh/cm^2'"]),
    "temperature of a study above melting": (
        "  set Kinds  ", "  set Temperatures = 20 degC, 70 degC   # default set\n  set Kinds  ",
        "set Temperatures", "Critical current/Temperatures", ["70 degC", "melting point of potassium"]),
    "reference void higher than the metal": (
        THIN, THIN.replace("= 50 um", "= 2 um").replace("radius = 2 um", "radius = 0 um"),
        "Reference radius", "Critical current/Reference radius",
        ["does not fit into metal of 2 um"]),
    "resolved voids to hold, but none": resolved(
        "Random voids", ["    set Number = 0"], "set Kinds", "Critical current/Kinds", ["there is none"]),
    "resolved voids to hold by default, but none": no_voids_by_default(),
    "half-cycle of a ramp that is neither time nor capacity": ramp(
        "Ramp half-cycle", "3 MPa", ["3 MPa"]),
    "half-cycle of a ramp without a unit": ramp("Ramp half-cycle", "30", ["no unit"]),
    "half-cycle of a ramp of no length": ramp("Ramp half-cycle", "0 min", ["0 min"]),
    "half-cycle of a ramp of no charge": ramp("Ramp half-cycle", "0 mAh/cm^2", ["0 mAh/cm^2", "> 0"]),
    "ramp that starts above its end": ramp("Ramp start", "200 mA/cm^2", ["above the upper bound, 100 mA/cm^2"]),
    "ramp without end": ramp("Ramp step", "1e-4 mA/cm^2", ["stages up to the upper bound", "at most 10000"]),
    "ramp that goes down": ramp("Ramp step", "-1 mA/cm^2", ["-1 mA/cm^2"]),
    "ramp in volts": ramp("Ramp start", "1 V", ["1 V"]),
    "kind of ramp that does not exist": ramp("Kinds", "ccd_rampe", ["did you mean 'ccd_ramp'"]),
    "study without end": (
        "  set Stack pressures  = 1 MPa, 5 MPa",
        "  set Stack pressures  = 1 MPa to 5 MPa in 1000\n  set Temperatures = 0 degC to 50 degC in 1000",
        "Stack pressures", "Critical current/Stack pressures", ["1000000 critical currents", "at most 10000"]),
}

# A third step of the protocol, perhaps with a fourth, and what is doubted where it strips more than the metal of 2.95 mAh/cm^2; a plated
# one in a symmetric cell.
STRIPPED = {
    "ramp from 0 to 6 mA/cm^2 over 1 h": ["[Protocol/Step 3] the ramp strips more than the 2.95 mAh/cm^2 that metal of 50 um with voids holds"],
    "ramp from 3 to -3 mA/cm^2 over 4 h": ["[Protocol/Step 3] the ramp strips more"],
    "ramp from -3 to 3 mA/cm^2 over 4 h": [],
    "strip from 1 to 2 mA/cm^2 in 2 steps of 1 h": ["[Protocol/Step 3] the staircase strips more"],
    "strip and plate from 1 to 2.9 mA/cm^2 in 2 steps of 1 h": [],
    "strip at 1 mA/cm^2 for 2.9 mAh/cm^2": [],
    "strip at 1 mA/cm^2 for 2.94 mAh/cm^2": ["[Protocol/Step 3] 'capacity > 2.94 mAh/cm^2', with the steps before, strips more"],
    "plate at 1 mA/cm^2 for 2.96 mAh/cm^2": [],
    "plate at 1 mA/cm^2 for 1 mAh/cm^2\nProtocol/Step 4=strip at 1 mA/cm^2 for 3.9 mAh/cm^2": [],
    "plate at 1 mA/cm^2 for 1 mAh/cm^2\nProtocol/Step 4=strip at 1 mA/cm^2 for 4 mAh/cm^2": [
        "[Protocol/Step 4] 'capacity > 4 mAh/cm^2' strips more than the 3.94 mAh/cm^2 that metal of 50 um with voids above holds "
        "with what the steps before plate"],
    "plate at 1 mA/cm^2 for 3 mAh/cm^2": ["[Protocol/Step 3] 'capacity > 3 mAh/cm^2' strips more than the 2.97 mAh/cm^2 that "
                                          "metal of 50 um with voids below holds with what the steps before plate"],
}

JSON = '{\n  "include": ["materials/K.prm", "materials/K-BASE.prm"],\n%s\n}\n'

# Arguments (FILE: the valid file, DIR: a folder to write to) and words of the message.
ON_THE_COMMAND_LINE = {
    "no command": ([], ["No command given", "Usage"]),
    "unknown command": (["rum", "FILE"], ["Unknown command 'rum'", "did you mean 'run'"]),
    "file for a command": (["FILE"], ["is a file, not a command", "kavity run"]),
    "no file": (["run"], ["needs a parameter file"]),
    "empty file": (["run", "empty.prm", "-o", "DIR"],
                   ["[Metal] is missing; include a material, as in 'include materials/K.prm'",
                    "[Electrolyte] is missing", "[Protocol/Step 1] is missing"]),
    "two files": (["run", "FILE", "FILE"], ["takes one file"]),
    "unknown option": (["run", "FILE", "--outputt", "DIR"], ["'--outputt'", "did you mean '--output'"]),
    "option without effect": (["laws", "--resume"], ["'--resume' has no effect on 'kavity laws'"]),
    "missing file": (["run", "missing.prm", "-o", "DIR"], ["missing.prm: ", "does not exist"]),
    "folder for a file": (["run", ".", "-o", "DIR"], [".: ", "is a folder", "a parameter file"]),
    "override without value": (["run", "FILE", "-o", "DIR", "--set", "Cell/Width"],
                               ["--set \"Cell/Width\": ", "Section/Key=value"]),
    "override without value, and others": (["run", "FILE", "-o", "DIR", "--set", "Cell/Width", "--set", "Cell/Height=5"],
                                           ["--set \"Cell/Width\": ", "Section/Key=value", "[Cell/Height]"]),
    "override without section": (["run", "FILE", "-o", "DIR", "--set", "Width=5 um"],
                                 ["--set \"Width=5 um\": ", "Section/Key=value"]),
    "override of an unknown entry": (["run", "FILE", "-o", "DIR", "--set", "Cell/Widht=5 um"],
                                     ["--set \"Cell/Widht=5 um\"", "[Cell/Widht]",
                                      "did you mean 'Width'"]),
    "two overrides of an entry": (["run", "FILE", "-o", "DIR", "--set", "Cell/Width=5 um", "--set", "Cell / Width = 6 um"],
                                  ["--set \"Cell / Width = 6 um\"", "[Cell/Width] set twice", "--set \"Cell/Width=5 um\""]),
    "override with a wrong unit": (["run", "FILE", "-o", "DIR", "--set", "Cell/Width=5 V"],
                                   ["--set \"Cell/Width=5 V\"", "[Cell/Width]", "not a length"]),
    "folder that cannot be written": (["run", "FILE", "-o", "FILE/results"],
                                      ["Cannot write results to folder 'cell.prm/results': 'cell.prm' is a file. Rename it, or give "
                                       "another folder with --output"]),
    "folder of the system": (["run", "FILE", "-o", "/proc/results"],
                             ["Cannot write results to folder '/proc/results'", "--output"], 4),
    "folder of the system, of a search": (["critical-current", "FILE", "-o", "/proc/results"],
                                          ["Cannot write results to folder '/proc/results'", "--output"], 4),
    "folder with a name that no folder has": (["run", "FILE", "-o", 300 * "x"],
                                              ["Cannot write results to folder 'xxx", "too long", "--output"]),
    "critical current into a file": (["critical-current", "FILE", "-o", "FILE"],
                                     ["Cannot write results to folder 'cell.prm': 'cell.prm' is a file", "--output"]),
    "finished folder": (["run", "FILE", "-o", "finished"],
                        ["'finished'", "finished calculation", "--output"]),
    "nothing to resume": (["critical-current", "FILE", "-o", "DIR", "--resume"],
                          ["Nothing to resume", "does not exist"]),
    "folder with files of one's own": (["run", "FILE", "-o", "own"],
                                       ["holds 'parameters.prm'", "--output"]),
    "files of one's own, to resume": (["run", "FILE", "-o", "own", "--resume"],
                                      ["holds 'parameters.prm'", "--output"]),
    "folder of another command": (["critical-current", "FILE", "-o", "killed"],
                                  ["'kavity run'", "--output"]),
    "folder of another command, to resume": (["critical-current", "FILE", "-o", "killed", "--resume"],
                                             ["go on with 'kavity run'"]),
    "unfinished folder": (["run", "FILE", "-o", "killed"],
                          ["unfinished calculation", "--resume", "--output"]),
    "validate says why not": (["validate", "broken.json", "FILE", "nothing.prm"],
                              ["broken.json:3", "nothing.prm: ", "does not exist"]),
    "unknown format": (["parameters", "xml"], ["does not know 'xml'", "md, json, prm"]),
    "no json": (["run", "broken.json", "-o", "DIR"], ["broken.json:3: ", "not JSON"]),
    "mistake in json": (["run", "mistake.json", "-o", "DIR"],
                        ["mistake.json: [Cell/Stack pressure]", "'5' has no unit", "a pressure"]),
}

MANY = [("= 2.5 MPa", "= 2.5"), ("= 10 um", "= ten um"), ("subsection Mesh", "subsection Mash"),
        ("= vacancy_sink", "= vacancy_sinc"), ("= time > 1 min", "= tension > 1 V"),
        ("= void_inf", "= voids")]


# Changes of the file, and all that is told then: entries and words of the messages, in order.
ALL_TOLD = {
    "a misspelt entry that chooses a law": (
        "run", "  set Platen                = pressure\n", "  set Platn = spring\n  subsection spring\n    set Compliance = 1 um/MPa\n"
        "  end\n", [("Cell/Platn", "did you mean 'Platen'")]),
    "several mistakes in a line of the protocol": (
        "run", "subsection Protocol\n", "subsection Protocol\n  set Step 3 = strip at 1 mA/cn^2 up to 5 s for 1 hx until contct < 0.5\n",
        [("Protocol/Step 3", "'cn' is not a unit"), ("Protocol/Step 3", "'5 s' is not a voltage"),
         ("Protocol/Step 3", "'hx' is not a unit"), ("Protocol/Step 3", "did you mean 'contact'")]),
    "a word that may be of the wrong value before it": (
        "run", "subsection Protocol\n", "subsection Protocol\n  set Step 3 = strip at 1 A / cm^2 for 1 h\n",
        [("Protocol/Step 3", "'1 A' is not")]),
    "several mistakes in conditions": (
        "run", "Until           = time > 1 min", "Until = tension > 1 V or contact < 3 um and time > 1 x or tension < 2 V",
        [("Protocol/Step 1/Until", "'tension'"), ("Protocol/Step 1/Until", "'contact < 3 um'"), ("Protocol/Step 1/Until", "'x'")]),
    "several clocks as failures": (
        "run", "subsection Protocol\n", "subsection Protocol\n  set Failure = time > 1 h or capacity > 1 mAh/cm^2\n",
        [("Protocol/Failure", "'time > 1 h' is no failure"), ("Protocol/Failure", "'capacity > 1 mAh/cm^2' is no failure")]),
    "several mistakes in a list": (
        "run", "= 1 MPa, 5 MPa", "= 1 MPQ, 5 MPa, 2 foo",
        [("Critical current/Stack pressures", "'MPQ'"), ("Critical current/Stack pressures", "'foo'")]),
    "several kinds that do not exist": (
        "run", "= void_inf", "= void_inff, void_onset, dendrite_frsh",
        [("Critical current/Kinds", "'void_inff'"), ("Critical current/Kinds", "'dendrite_frsh'")]),
    "a section that conditions need": (
        "run", "subsection Protocol\n", "subsection Dendrite\n  set Criterion = local_current\nend\n\nsubsection Protocol\n"
        "  set Failure = dendrite_margin > 0\n", [("Dendrite", "did you mean 'Dendrites'")]),
    "a section that kinds need": (
        "critical-current", "subsection Critical current\n", "subsection Dendrite\n  set Criterion = local_current\nend\n\n"
        "subsection Critical current\n  set Tolerance = 0.1\n", [("Dendrite", "did you mean 'Dendrites'")], ("= void_inf", "= dendrite_fresh")),
    "an entry that conditions need": (
        "run", "subsection Protocol\n", "subsection Dendrites\n  set Criterium = local_current\nend\n\nsubsection Protocol\n"
        "  set Failure = dendrite_margin > 0\n", [("Dendrites/Criterium", "did you mean 'Criterion'")]),
}
