// The same rules as `readings` in service_encounter.check: what a typed number may mean.
const CURRENCY = /[$€£¥₪]|zł|\b(?:USD|EUR|GBP|ILS|PLN|CNY)\b/g;

function decimal(bare) {
  const last = Math.max(bare.lastIndexOf("."), bare.lastIndexOf(","));
  const whole = (last < 0 ? bare : bare.slice(0, last)).replace(/[.,]/g, "");
  const part = last < 0 ? "" : bare.slice(last + 1);
  const text = part ? `${whole}.${part}` : whole;
  return /^[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? [Number(text)] : [];
}

export function readings(text, unit) {
  let bare = text.replaceAll("−", "-").replace(CURRENCY, "");
  if (unit) bare = bare.replace(new RegExp(unit.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi"), "");
  bare = bare.replace(/[\s%'’]/g, "");
  const grouped = /^[+-]?\d{1,3}([.,]\d{3})+$/.test(bare) && !(bare.includes(".") && bare.includes(","));
  return [...decimal(bare), ...(grouped ? decimal(bare.replace(/[.,]/g, "")) : [])];
}

export function near(number, target, tolerance) {
  return Math.abs(number - target) <= tolerance + 1e-9 * Math.max(1, Math.abs(target));
}

export function same(text) {
  return text.replace(/[\s.,;:!?"'’“”`*_-]+/g, " ").trim().toLowerCase();
}
