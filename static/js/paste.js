/* Cells copied from a spreadsheet fill the cells of a table, from the one where they are pasted; rows are added as needed. */

import { addRow, rowsOf, say } from "./rows.js";

const MOST = 200;

/** Return the cells of a text copied from a spreadsheet, line by line; null when it is only a text. */
function cellsOf(text, isLong) {
  const isTable = text.includes("\t") || (!isLong && /\n./.test(text));
  return isTable ? text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t")) : null;
}

function fieldsOf(row) {
  return [...row.querySelectorAll(".cell :is(input, select, textarea)")];
}

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
}

/** Put a text in a field; in a closed list, the choice that has this name. */
function fill(field, text) {
  if (field.tagName !== "SELECT") {
    field.value = text.trim();
    return;
  }
  const choice = [...field.options].find((option) => fold(option.text) === fold(text) || option.value === text.trim());
  if (choice) {
    field.value = choice.value;
  }
}

function pasteInto(table, field, lines) {
  const column = fieldsOf(field.closest("[data-row-item]")).indexOf(field);
  let place = rowsOf(table).indexOf(field.closest("[data-row-item]"));
  const last = Math.min(lines.length, MOST - place);
  for (const cells of lines.slice(0, last)) {
    const row = rowsOf(table)[place] ?? addRow(table);
    fieldsOf(row).slice(column).forEach((target, rank) => rank < cells.length && fill(target, cells[rank]));
    place += 1;
  }
  say(table, `${last} ${last > 1 ? "lignes collées" : "ligne collée"}.`);
  table.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const table of document.querySelectorAll("[data-rows]")) {
  table.addEventListener("paste", (event) => {
    const field = event.target.closest(".cell :is(input, select, textarea)");
    const lines = field && cellsOf(event.clipboardData.getData("text/plain"), field.tagName === "TEXTAREA");
    if (lines) {
      event.preventDefault();
      pasteInto(table, field, lines);
    }
  });
}
