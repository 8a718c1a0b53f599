// Reads a list of { tex, display } and answers with a list of { mathml } or { error }.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { mathjax } = require("@mathjax/src/js/mathjax.js");
const { TeX } = require("@mathjax/src/js/input/tex.js");
const { liteAdaptor } = require("@mathjax/src/js/adaptors/liteAdaptor.js");
const { RegisterHTMLHandler } = require("@mathjax/src/js/handlers/html.js");
const { SerializedMmlVisitor } = require("@mathjax/src/js/core/MmlTree/SerializedMmlVisitor.js");
const { STATE } = require("@mathjax/src/js/core/MathItem.js");
require("@mathjax/src/js/input/tex/base/BaseConfiguration.js");
require("@mathjax/src/js/input/tex/ams/AmsConfiguration.js");
require("@mathjax/src/js/input/tex/boldsymbol/BoldsymbolConfiguration.js");

RegisterHTMLHandler(liteAdaptor());
const refuse = (_, problem) => {
  throw problem;
};
const page = mathjax.document("", {
  InputJax: new TeX({ packages: ["base", "ams", "boldsymbol"], formatError: refuse }),
});
const visitor = new SerializedMmlVisitor();

const escape = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

// Browsers ignore a table's columnalign and columnspacing, so that aligned equations would be centred.
function align(node) {
  if (node.isKind("mtable")) {
    const sides = String(node.attributes.get("columnalign") || "center").split(/\s+/);
    const spaces = String(node.attributes.get("columnspacing") || "1em").split(/\s+/);
    const at = (list, place) => list[Math.min(place, list.length - 1)];
    for (const row of node.childNodes) {
      row.childNodes.forEach((cell, place) => {
        const before = place ? parseFloat(at(spaces, place - 1)) : 0;
        cell.attributes.set("style", `text-align:${at(sides, place)};padding:.25em 0 .25em ${before}em`);
      });
    }
  }
  for (const child of node.childNodes || []) align(child);
}

function draw({ tex, display }) {
  try {
    const root = page.convert(tex, { display, end: STATE.CONVERT });
    align(root);
    const text = visitor
      .visitTree(root)
      .replace(/\s*\n\s*/g, "")
      .replace(/ data-(?:latex|mjx-texclass|mjx-[a-z-]+)(?:-item)?="[^"]*"/g, "")
      .replace(/^<math[^>]*>/, `<math${display ? ' display="block"' : ""} alttext="${escape(tex)}">`);
    return { mathml: text };
  } catch (problem) {
    return { error: problem.message };
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(draw)));
