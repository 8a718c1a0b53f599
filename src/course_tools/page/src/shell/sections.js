// Marks, in the list beside the text, the section that is being read.
export function startSections() {
  const links = new Map(
    [...document.querySelectorAll(".se-onpage a")].map((link) => [link.getAttribute("href").slice(1), link]),
  );
  if (!links.size) return;
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight * 0.3);
    const here = passed.at(-1)?.id;
    links.forEach((link, id) => {
      if (id === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  const watch = new IntersectionObserver(mark, { rootMargin: "-30% 0px -70% 0px" });
  headings.forEach((heading) => watch.observe(heading)); // which marks for the first time
}
