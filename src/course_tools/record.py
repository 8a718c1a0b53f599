"""Record the runs that the published page shows where no Python runs: ``python -m course_tools.record``."""

from __future__ import annotations

import subprocess
from dataclasses import replace

from course_tools import project
from service_encounter import cases, widgets
from service_encounter.models import choice

SEED, SAMPLES, TRAVELLERS = 20260401, 60, 210
COVARIATES = ("gc", "ttme", "air", "hinc:air", "train", "bus")


def main() -> None:
    """Draw the samples, estimate, and write the run with the commit of the code that made it."""
    fit = choice.fit_logit(cases.load("travel_mode"), "individual", "mode", "choice", COVARIATES)
    run = widgets.draw_and_estimate(fit, samples=SAMPLES, travellers=TRAVELLERS, seed=SEED)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project.ROOT, capture_output=True, text=True, check=True
    )
    target = project.SOURCE / "service_encounter" / widgets.RECORDED
    target.write_text(widgets.record(replace(run, commit=head.stdout.strip())), encoding="utf8", newline="\n")
    print(f"recorded {SAMPLES} samples in {target.relative_to(project.ROOT)}")


if __name__ == "__main__":
    main()
