/* The totals of the plan, as people type. The server computes them again at each save. */

import { euros, parseNumber, percent } from "./numbers.js";
import { rowsOf } from "./rows.js";

const panel = document.querySelector("[data-totals]");
const NATURES = [["investment", "Investissement"], ["operating", "Fonctionnement"]];

function read(name) {
  const table = document.querySelector(`[data-rows="${name}"]`);
  const cell = (row, column) => row.querySelector(`.cell-${column} :is(input, select)`)?.value ?? "";
  return rowsOf(table)
    .filter((row) => !row.querySelector('[data-row="remove"]').checked)
    .map((row) => ({
      cents: Math.round((parseNumber(cell(row, "amount")) ?? 0) * 100),
      year: parseNumber(cell(row, "year")),
      nature: cell(row, "nature"),
      kind: cell(row, "kind"),
      status: cell(row, "status"),
    }));
}

function sum(rows) {
  return rows.reduce((total, row) => total + row.cents, 0);
}

function part(name) {
  return panel.querySelector(`[data-total="${name}"]`);
}

function warning(gap) {
  if (gap < 0) {
    return `Les recettes dépassent les dépenses de ${euros(-gap)}. Corrigez le plan, ou expliquez cet écart plus bas.`;
  }
  return gap > 0 ? `Il reste ${euros(gap)} à financer. Complétez les recettes, ou expliquez cet écart plus bas.` : "";
}

function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function showSums(costs, funding) {
  const spent = sum(costs);
  const funded = sum(funding);
  const gap = spent - funded;
  write(part("costs"), euros(spent));
  write(part("funded"), euros(funded));
  write(part("gap"), euros(Math.abs(gap)));
  write(part("gap-label"), gap > 0 ? "Reste à financer" : gap < 0 ? "Excédent de recettes" : "Écart");
  part("gap").className = gap ? "is-gap" : "is-balanced";
  write(part("rate"), spent ? percent(sum(funding.filter((row) => row.kind !== "own")) / spent) : "–");
  write(part("warning"), warning(gap));
}

function line(label, values) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = label;
  row.append(head, ...values.map((value) => Object.assign(document.createElement("td"), { textContent: euros(value) })));
  return row;
}

function showYears(costs, funding) {
  const years = [...new Set([...costs, ...funding].map((row) => row.year).filter(Boolean))].sort();
  const of = (rows, year) => sum(rows.filter((row) => row.year === year));
  const lines = NATURES.filter(([nature]) => costs.some((row) => row.nature === nature && row.year)).map(([nature, label]) =>
    line(label, years.map((year) => of(costs.filter((row) => row.nature === nature), year))),
  );
  const heads = years.map((year) => Object.assign(document.createElement("th"), { scope: "col", textContent: year }));
  part("head").replaceChildren(part("head").firstElementChild, ...heads);
  part("lines").replaceChildren(
    ...lines,
    line("Total des dépenses", years.map((year) => of(costs, year))),
    line("Total des recettes", years.map((year) => of(funding, year))),
    line("Reste à financer", years.map((year) => of(costs, year) - of(funding, year))),
  );
  part("region").hidden = years.length === 0;
}

function refresh() {
  const costs = read("costs");
  const funding = read("funding").filter((row) => row.status !== "refused");
  showSums(costs, funding);
  showYears(costs, funding);
}

if (panel) {
  const form = panel.closest("form");
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  refresh();
}
