/* Tables of rows: adds, moves and removes without a round trip. Every button also works without this script. */

const tables = document.querySelectorAll("[data-rows]");

/** Return the rows of a table, in the order that people see. */
export function rowsOf(table) {
  return [...table.querySelectorAll("[data-row-item]")];
}

/** Add an empty row at the end of a table and return it. */
export function addRow(table) {
  const name = table.dataset.rows;
  const total = table.querySelector(`[name="${name}-TOTAL_FORMS"]`);
  const markup = table.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  const row = holder.content.firstElementChild;
  row.querySelector('[data-row="uid"]').value = newUid();
  table.querySelector(".rows").append(row);
  total.value = Number(total.value) + 1;
  renumber(table);
  return row;
}

function newUid() {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function renumber(table) {
  const rows = rowsOf(table);
  rows.forEach((row, place) => {
    row.querySelector('[data-row="order"]').value = place;
    for (const number of row.querySelectorAll("[data-row-number]")) {
      number.textContent = place + 1;
    }
    row.querySelector('[data-move="up"]').disabled = place === 0;
    row.querySelector('[data-move="down"]').disabled = place === rows.length - 1;
  });
}

/** Tell assistive tools what happened to a table. */
export function say(table, sentence) {
  table.querySelector("[data-rows-said]").textContent = sentence;
}

function tellForm(table) {
  table.dispatchEvent(new Event("input", { bubbles: true }));
}

function placeOf(table, row) {
  return rowsOf(table).indexOf(row) + 1;
}

function onAdd(table) {
  const row = addRow(table);
  row.querySelector("input:not([type=hidden]), select, textarea").focus();
  say(table, `${table.dataset.noun} ${placeOf(table, row)} : ligne ajoutée.`);
  tellForm(table);
}

function onMove(table, button) {
  const row = button.closest("[data-row-item]");
  const other = button.dataset.move === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) {
    return;
  }
  if (button.dataset.move === "up") {
    other.before(row);
  } else {
    other.after(row);
  }
  renumber(table);
  // At the end of the way the button is closed: the other one takes the focus.
  (button.disabled ? row.querySelector("[data-move]:not(:disabled)") : button).focus();
  say(table, `Ligne déplacée : elle est maintenant la ${placeOf(table, row)}e sur ${rowsOf(table).length}.`);
  tellForm(table);
}

function onRemove(table, box) {
  const row = box.closest("[data-row-item]");
  row.classList.toggle("is-removed", box.checked);
  const words = box.checked ? "sera retirée à l’enregistrement" : "est gardée";
  say(table, `${table.dataset.noun} ${placeOf(table, row)} : cette ligne ${words}.`);
}

for (const table of tables) {
  renumber(table);
  table.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=add], button[name=move]");
    if (!button) {
      return;
    }
    event.preventDefault();
    if (button.name === "add") {
      onAdd(table);
    } else {
      onMove(table, button);
    }
  });
  table.addEventListener("change", (event) => {
    if (event.target.matches('[data-row="remove"]')) {
      onRemove(table, event.target);
    }
  });
}
