// A number as the page writes it; the same as service_encounter.figures.page.written.
export function written(value, decimals, unit) {
  const number = value
    .toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .replace(/^-(?=[0.,]*$)/, "")
    .replace("-", "\u2212");
  if (unit === "$" || unit === "€") return unit + number;
  return unit && unit !== "%" ? `${number}\u00a0${unit}` : number + unit;
}
