/* On a narrow screen, the summary of the editor starts folded: what is to be filled comes first. Runs before the page is
   drawn, so that nothing jumps. */
if (matchMedia("(width < 62rem)").matches) {
  document.querySelector(".editor-sections").open = false;
}
