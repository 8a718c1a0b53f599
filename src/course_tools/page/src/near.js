// Vega weighs more than the rest of the page, so it is fetched when the first figure nears the screen.
const own = document.currentScript;

function load() {
  const script = document.createElement("script");
  script.src = new URL("figures.js", own.src).href;
  document.head.append(script);
}

export function startFigures() {
  const figures = document.querySelectorAll(".se-figure[data-live]");
  if (!figures.length) return;
  const watch = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        watch.disconnect();
        load();
      }
    },
    { rootMargin: "600px" },
  );
  figures.forEach((figure) => watch.observe(figure));
}
