"""How fast a figure answers: in the page, and with a live kernel behind it."""

from __future__ import annotations

import subprocess
import time
from typing import Any

from course_tools import audit
from course_tools.bench_table import Row
from course_tools.build import EDITIONS
from course_tools.serve import serving

_PAGE = "before/choice.html"
_MOVES = 100
_SET_UP = """
from service_encounter import cases
from service_encounter.models import choice
travel = cases.load("travel_mode")
fit = choice.fit_logit(
    travel, "individual", "mode", "choice", ["ttme", "gc", "hinc:air", "air", "train", "bus"]
)
flies = travel["mode"] == "air"
"""
_MOVE = """
changed = travel.copy()
changed.loc[flies, "ttme"] -= {minutes}
fit.shares(changed).to_dict()
"""


def redraw() -> list[Row]:
    """A control moved by key until the page shows the answer, beside a kernel's round trip without any drawing."""
    with serving(EDITIONS["student"].site) as address, audit.chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/{_PAGE}")
        audit.bring_to_life(page)
        moved = audit.redraws(page, _MOVES)
    return [
        Row(f"figures of chapter 4, {len(moved)} moves by key: slider to redraw", _spread(moved)),
        Row("the same shares from a live kernel, there and back, nothing drawn", _spread(_kernel_times())),
    ]


def _spread(milliseconds: list[float]) -> str:
    middle, high = (audit.percentile(milliseconds, share) for share in (0.5, 0.95))
    return f"{middle:.1f} ms median, {high:.1f} ms 95th percentile"


def _kernel_times() -> list[float]:
    """Milliseconds of each round trip: change a value, compute the shares, have the answer."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", stderr=subprocess.DEVNULL)
    answers: list[dict[str, Any]] = []

    def keep(message: dict[str, Any]) -> None:
        if message["msg_type"] in ("execute_result", "error"):
            answers.append(message)

    times = []
    try:
        client.execute_interactive(_SET_UP, output_hook=keep, timeout=60)
        for move in range(_MOVES):
            start = time.perf_counter()
            client.execute_interactive(_MOVE.format(minutes=move % 60), output_hook=keep, timeout=60)
            times.append(1000 * (time.perf_counter() - start))
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    failed = [answer for answer in answers if answer["msg_type"] == "error"]
    if failed or len(answers) != _MOVES:
        raise RuntimeError(f"the kernel gave {len(answers)} answers to {_MOVES} questions: {failed[:1]}")
    return times
