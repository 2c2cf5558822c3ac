/* French numbers, as the server reads and writes them; the server has the last word. */

const GROUP = "\u202f";
const SPACE = "\u00a0";

/** Return the number that a person typed, or null when it is not one yet. */
export function parseNumber(text) {
  const plain = text.replaceAll("−", "-").replace(/\s+/g, " ").trim().replace(/\s*(?:€|euros?|eur)$/i, "");
  const match = /^([-+])?([0-9]+(?: [0-9]{3})*)(?:[.,]([0-9]+))?$/.exec(plain);
  if (!match) {
    return null;
  }
  const [, sign = "", whole, rest = ""] = match;
  // "12.500" and "12,500" can be read in two ways: the server refuses them.
  if (rest.length === 3 && whole.length <= 3 && Number(whole)) {
    return null;
  }
  return Number(`${sign}${whole.replaceAll(" ", "")}.${rest || 0}`);
}

/** Return an amount in cents as people read it: "12 500 €"; cents are shown only when there are any. */
export function euros(cents) {
  const whole = Math.floor(Math.abs(cents) / 100);
  const rest = Math.abs(cents) % 100;
  const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, GROUP);
  const decimals = rest ? `,${String(rest).padStart(2, "0")}` : "";
  return `${cents < 0 ? "−" : ""}${grouped}${decimals}${SPACE}€`;
}

/** Return a share of one as a percentage: 0.425 gives "42,5 %". */
export function percent(share) {
  const tenths = Math.round(share * 1000);
  const text = tenths % 10 ? (tenths / 10).toFixed(1).replace(".", ",") : String(tenths / 10);
  return text + SPACE + "%";
}
