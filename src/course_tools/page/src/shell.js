// The frame of every page: menu, colour scheme, boxes that scroll, search, and reading again without a network.
import { startContents } from "./shell/contents.js";
import { startOffline } from "./shell/offline.js";
import { startReport } from "./shell/report.js";
import { startScheme } from "./shell/scheme.js";
import { startScrollBoxes } from "./shell/scroll.js";
import { startSearch } from "./shell/search.js";
import { startSections } from "./shell/sections.js";
import { startSieve } from "./shell/sieve.js";

export function startShell() {
  startContents();
  startScheme();
  startScrollBoxes();
  startSections();
  startSearch();
  startSieve();
  startReport();
  startOffline();
}
