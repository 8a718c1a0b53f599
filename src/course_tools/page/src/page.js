// What every page runs: the shell (colour scheme, menu, search), the lessons, and figures when one comes near.
import { startShell } from "./shell.js";
import { startLessons } from "./lesson.js";
import { startFigures } from "./near.js";

startShell();
startLessons();
startFigures();
