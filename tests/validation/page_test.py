"""docs/validation.md and README.md say what the program computes, no law is farther off than recorded there, and the
checks that say so can fail.

usage: page_test.py REPOSITORY KAVITY
"""

import difflib
import pathlib
import re
import sys

from laws import LAWS, Results
from page import broken, page_text, recorded_factors, values, worse

# what README.md says of the page: the sentence, and the number of the page that stands in each bracket
README_SAYS = {
    r"onset of voiding is off by a factor of (\S+) \(rms of (\w+) points, the worst (\S+)\)":
        ("ONSET_RMS", "ONSET_N", "ONSET_WORST"),
    r"calibrated on the same point, by (\S+)\.": ("BULK_RMS",),
    r"pressure over flow stress fits as well \((\S+)\)": ("STRESS_RMS",),
}
WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def stale(written, fresh):
    return list(difflib.unified_diff(written.splitlines(), fresh.splitlines(), "docs/validation.md",
                                     "what the program gives now", lineterm="", n=0))


def misquoted(readme, known):
    """Numbers in README.md that are not those of the page."""
    text, faults = " ".join(readme.split()), []
    for sentence, keys in README_SAYS.items():
        found = re.search(sentence, text)
        expected = [WORDS[known[key]] if key == "ONSET_N" else str(known[key]) for key in keys]
        if not found or list(found.groups()) != expected:
            faults.append(f"README.md: expected {', '.join(expected)} in \"{sentence}\"")
    return faults


class Off:
    """Results whose predictions are all multiplied by a factor."""

    def __init__(self, results, by):
        self.results, self.by = results, by
        self.calibrated = results.calibrated
        self.dendrites = {pair: by * current for pair, current in results.dendrites.items()}

    def factor(self, law, row):
        return self.by * self.results.factor(law, row)

    def factors(self, law):
        return [self.by * f for f in self.results.factors(law)]


def other_factor(text, above, by):
    """The page with the first factor above (below) one multiplied."""
    found = next(match for match in re.finditer(r"(?<=\(×)[\d.]+(?=\))", text)
                 if (float(match.group()) > 1.2) == above)
    return f"{text[:found.start()]}{float(found.group()) * by:.4f}{text[found.end():]}"


def blind_checks(results, text, readme, known):
    """Faults put in on purpose that no check reports."""
    last = len(results.points)
    quoted = str(known["BULK_RMS"])
    cases = {
        "a number changed": bool(stale(other_factor(text, True, 1.01), text)),
        "a word changed": bool(stale(text.replace("voids", "holes", 1), text)),
        "a factor grown by 12 %": bool(worse(text, other_factor(text, True, 1.12))),
        "a factor below one fallen by 12 %": bool(worse(text, other_factor(text, False, 0.88))),
        "an answer lost": bool(worse(text, re.sub(r"[\d.]+ \(×[\d.]+\)", "none", text, count=1))),
        "a bound now violated": bool(worse(text, re.sub(r"×[\d.]+, met", "×1.20, violated", text, count=1))),
        "a datum dropped": bool(worse(text, re.sub(rf"\n\| {last} \|.*", "", text))),
        "no table": bool(worse("", text)),
        "an rms above 2": any("rms" in fault for fault in broken(Off(results, 1.5))),
        "a calibration lost": any("calibrated" in fault for fault in broken(Off(results, 1.02))),
        "a calibration of dendrites lost": any("dendrites" in fault for fault in broken(Off(results, 1.02))),
        "a number of README.md changed": bool(misquoted(readme.replace(f"by {quoted}.", f"by 1{quoted}."), known)),
        # and nothing is reported where nothing is wrong
        "a factor grown by 5 % let pass": not worse(text, other_factor(text, True, 1.05)),
        "an answer found let pass": not worse(text.replace("none |", "0.1 (×9.9) |"),
                                              text.replace("none |", "0.1 (×9.8) |")),
        "every factor read": len(recorded_factors(text)) == last * len(LAWS),
    }
    return [f"the checks are blind: {name}" for name, seen in cases.items() if not seen]


def main(root, kavity):
    results = Results(root, kavity)
    fresh = page_text(results)
    written = pathlib.Path(root, "docs/validation.md").read_text(encoding="utf-8")
    readme, known = pathlib.Path(root, "README.md").read_text(encoding="utf-8"), values(results)
    faults = broken(results) + worse(written, fresh) + stale(written, fresh) + misquoted(readme, known)
    if faults:
        print("\n".join(faults))
        print("\nIf this is meant: python3 tests/validation/validation.py . build/release/kavity")
        return 1
    blind = blind_checks(results, fresh, readme, known)
    print("\n".join(blind) or f"{len(recorded_factors(fresh))} predictions as recorded")
    return bool(blind)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    sys.exit(main(*sys.argv[1:]))
