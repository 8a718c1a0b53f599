// Bring the drawings of a page to life: Vega with an interpreter instead of eval, so a strict policy holds.
import { transforms } from "vega-dataflow";
import * as encode from "vega-encode";
import { expressionInterpreter } from "vega-interpreter";
import { parse } from "vega-parser";
import * as basic from "vega-transforms";
import { View } from "vega-view";
import * as viewTransforms from "vega-view-transforms";
import { written } from "./written.js";

Object.assign(transforms, basic, viewTransforms, encode);

const measured = "figure moved";

class LiveFigure {
  constructor(figure) {
    this.figure = figure;
    this.described = JSON.parse(figure.querySelector(".se-spec").textContent);
    this.drawing = figure.querySelector(".se-drawing");
    this.inputs = [...figure.querySelectorAll("[data-signal]")];
    const runtime = parse(this.described.vega, null, { ast: true });
    this.view = new View(runtime, { expr: expressionInterpreter, renderer: "svg", hover: false });
  }

  async start() {
    const stage = document.createElement("div");
    stage.className = "se-live";
    this.view.initialize(stage).width(this.drawing.clientWidth);
    await this.view.runAsync();
    stage.querySelector("svg").setAttribute("aria-hidden", "true");
    this.drawing.replaceChildren(stage);
    this.figure.querySelector(".se-controls").hidden = false;
    this.inputs.forEach((input) => input.addEventListener("input", () => this.move(input)));
    this.figure.querySelectorAll(".se-move-on").forEach((button) => button.addEventListener("click", () => this.moveOn(button)));
    this.figure.querySelector(".se-reset").addEventListener("click", () => this.reset());
    this.figure.querySelector(".se-data").addEventListener("toggle", () => this.showNumbers());
    new ResizeObserver(() => this.resize()).observe(this.drawing);
    this.inputs.forEach((input) => this.showValue(input)); // the browser may have kept an older setting
    this.figure.dataset.live = "alive";
    if (this.inputs.some((input) => Number(input.value) !== this.view.signal(input.dataset.signal))) {
      this.inputs.forEach((input) => this.view.signal(input.dataset.signal, Number(input.value)));
      await this.redraw();
    }
  }

  showValue(input) {
    const control = this.described.controls.find((one) => one.name === input.dataset.signal);
    if (!control) return;
    const words = written(Number(input.value), control.decimals, control.unit);
    input.setAttribute("aria-valuetext", words);
    input.parentElement.querySelector("output").textContent = words;
    const button = input.parentElement.querySelector(".se-move-on");
    if (!button) return;
    const focused = button === document.activeElement;
    button.disabled = Number(input.value) >= Number(input.max);
    // A disabled button lets the focus fall to the page's start: the slider takes it.
    if (button.disabled && focused) input.focus();
  }

  moveOn(button) {
    const input = button.parentElement.querySelector("[data-signal]");
    input.stepUp();
    return this.move(input);
  }

  async move(input) {
    const from = performance.now();
    this.showValue(input);
    this.view.signal(input.dataset.signal, Number(input.value));
    await this.redraw();
    performance.measure(measured, { start: from, end: performance.now() });
  }

  async reset() {
    for (const input of this.inputs) {
      if (input.tagName === "SELECT") input.value = [...input.options].find((option) => option.defaultSelected).value;
      else input.value = input.defaultValue;
      this.showValue(input);
      this.view.signal(input.dataset.signal, Number(input.value));
    }
    await this.redraw();
  }

  async redraw() {
    await this.view.runAsync();
    this.figure.querySelectorAll("[data-told]").forEach((place) => {
      const { decimals, unit } = this.described.told[place.dataset.told];
      const words = written(this.view.signal(`told_${place.dataset.told}`), decimals, unit);
      if (place.textContent !== words) place.textContent = words;
    });
    this.showNumbers();
  }

  rows() {
    return this.view.data(this.described.table.dataset);
  }

  showNumbers() {
    if (!this.figure.querySelector(".se-data").open) return;
    const rows = this.rows();
    this.figure.querySelectorAll(".se-data tbody tr").forEach((line, number) => {
      this.described.table.columns.forEach(({ field, decimals, unit }, place) => {
        const value = rows[number][field];
        line.cells[place].textContent = typeof value === "number" ? written(value, decimals, unit) : value;
      });
    });
  }

  resize() {
    const width = this.drawing.clientWidth;
    if (width && Math.abs(width - this.view.width()) > 1) this.view.width(width).runAsync();
  }
}

function bring(figure) {
  figure.dataset.live = "starting";
  const live = new LiveFigure(figure);
  figure.liveFigure = live;
  live.start();
}

const watch = new IntersectionObserver(
  (entries) =>
    entries
      .filter((entry) => entry.isIntersecting)
      .forEach(({ target }) => {
        watch.unobserve(target);
        bring(target);
      }),
  { rootMargin: "400px" },
);
document.querySelectorAll(".se-figure[data-live]").forEach((figure) => watch.observe(figure));
