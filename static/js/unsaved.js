/* Says that something was typed and not saved yet, and asks before the page is left. */

const form = document.querySelector("form[data-unsaved]");

if (form) {
  const state = form.querySelector("[data-save-state]");
  let isUnsaved = false;

  const mark = () => {
    isUnsaved = true;
    state.hidden = false;
    state.textContent = "Modifications pas encore enregistrées";
  };

  form.addEventListener("input", mark);
  form.addEventListener("change", mark);
  form.addEventListener("submit", () => {
    isUnsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) {
      event.preventDefault();
    }
  });
  // What comes back after a refusal or a question is not saved either.
  if (form.dataset.unsaved) {
    mark();
  }
}
