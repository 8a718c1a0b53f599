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

function draw({ tex, display }) {
  try {
    const root = page.convert(tex, { display, end: STATE.CONVERT });
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
