// Claims on trial: three lists that leave of all claims those of one verdict, one stage, one chapter.
const NAMES = ["verdict", "stage", "page"];

export function startSieve() {
  const form = document.querySelector("form[data-sieve]");
  if (!form) return;
  const status = form.querySelector("[role=status]");
  const claims = [...document.querySelectorAll("[data-verdict]")];
  const chapters = [...document.querySelectorAll("[data-docket]")];

  const sift = () => {
    const wanted = NAMES.filter((name) => form.elements[name].value);
    const fits = (claim) => wanted.every((name) => claim.dataset[name] === form.elements[name].value);
    claims.forEach((claim) => (claim.hidden = !fits(claim)));
    chapters.forEach((chapter) => (chapter.hidden = !chapter.querySelector("[data-verdict]:not([hidden])")));
    const left = claims.filter((claim) => !claim.hidden).length;
    status.textContent = wanted.length ? `${left} of ${claims.length} claims` : `${claims.length} claims`;
    const address = new URL(location.href);
    address.search = new URLSearchParams(wanted.map((name) => [name, form.elements[name].value]));
    history.replaceState(null, "", address);
  };

  const asked = new URLSearchParams(location.search);
  for (const name of NAMES) form.elements[name].value = asked.get(name) ?? "";
  for (const name of NAMES) if (form.elements[name].selectedIndex < 0) form.elements[name].value = "";
  form.hidden = false;
  form.addEventListener("change", sift);
  form.addEventListener("submit", (event) => event.preventDefault());
  sift();
}
