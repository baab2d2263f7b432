# Shares the rows of a study among the jobs of a scheduler (Debian: apt-get install snakemake):
#
#   snakemake -s postprocess/study.smk --cores 4 --config file=parameter_files/pressure_study.prm
#   snakemake -s postprocess/study.smk --profile postprocess/slurm --config file=... folder=... share=8
#
# file: the parameter file; folder: that of the results; share: rows of a job; kavity: the program. A
# call after an interruption goes on with the rows that are missing.
import pathlib
import re
import shlex
import subprocess

FILE = config["file"]
FOLDER = config.get("folder", f"results/{pathlib.Path(FILE).stem}")
SHARE = int(config.get("share", 4))
KAVITY = config.get("kavity", "build/release/kavity")

said = subprocess.run([KAVITY, "validate", FILE], check=True, capture_output=True, text=True).stdout
ROWS = int(re.search(r"study \((\d+) rows\)", said).group(1))
PARTS = [f"{first}-{min(first + SHARE - 1, ROWS)}" for first in range(1, ROWS + 1, SHARE)]


rule merge:
    input: expand(f"{FOLDER}/parts/{{part}}", part=PARTS)
    params: call=shlex.join([KAVITY, "study", FILE, "-o", FOLDER, "--merge"])
    shell: "{params.call}"


rule part:
    output: touch(f"{FOLDER}/parts/{{part}}")
    params: call=shlex.join([KAVITY, "study", FILE, "-o", FOLDER, "--rows"])
    retries: 1
    threads: 1
    shell: "{params.call} {wildcards.part} --jobs {threads}"
