/* A record chosen in a list joins those already chosen at once. Without this script, it does when the page is saved. */

for (const field of document.querySelectorAll("[data-listed]")) {
  const choices = document.getElementById(field.getAttribute("list"));
  const chosen = field.closest("[data-listed-several]").querySelector(".chosen");

  const keep = (label) => {
    const item = document.createElement("li");
    const line = document.createElement("div");
    const box = document.createElement("input");
    const words = document.createElement("label");
    line.className = "form-check";
    Object.assign(box, { type: "checkbox", name: field.name, value: label, checked: true, className: "form-check-input" });
    box.id = `${field.id}-${chosen.children.length}`;
    Object.assign(words, { htmlFor: box.id, className: "form-check-label", textContent: label });
    line.append(box, words);
    item.append(line);
    chosen.append(item);
    chosen.hidden = false;
  };

  field.addEventListener("input", () => {
    const label = field.value;
    if ([...choices.options].some((option) => option.value === label)) {
      keep(label);
      field.value = "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
