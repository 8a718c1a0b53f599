"""A chapter read once on a hosted site opens again without a network: the service worker's list and version.

The worker itself is ``theme/worker.js``. It keeps the newest page it could fetch, and the scripts, styles and
fonts of one build under that build's mark, so that an old page never runs with half of a new build.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from course_tools.sphinx_ext import search

if TYPE_CHECKING:
    from sphinx.application import Sphinx

WORKER = Path(__file__).parent.parent / "theme" / "worker.js"
_KEPT_FROM_THE_START = (
    "page.js",
    "scheme.js",
    "favicon.svg",
    "*-latin-[46]*.woff2",
    "*-latin-ext-400-normal.woff2",  # results of a search hold words in many languages
)


def _assets(outdir: Path) -> list[str]:
    """What every page needs, and what searching needs, relative to the site's root."""
    static = outdir / "_static"
    names = sorted(
        path.relative_to(outdir).as_posix()
        for pattern in _KEPT_FROM_THE_START
        for path in static.glob(pattern)
    )
    return [*names, "search.html", search.INDEX]


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    outdir = Path(app.outdir)
    assets = _assets(outdir)
    digest = hashlib.sha256()
    for path in sorted(outdir.glob("_static/*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    digest.update((outdir / search.INDEX).read_bytes())
    build = json.dumps({"mark": digest.hexdigest()[:12], "assets": assets})
    worker = f"const BUILD = {build};\n{WORKER.read_text(encoding='utf-8')}"
    (outdir / "worker.js").write_text(worker, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register with Sphinx, after the search index is written."""
    app.connect("build-finished", _write, priority=800)
