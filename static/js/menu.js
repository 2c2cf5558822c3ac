/* The menu is open without scripts; here it closes on narrow screens and stays open on wide ones. */
const menu = document.querySelector(".site-nav details");
const wide = matchMedia("(width >= 62rem)");

function adapt() {
  menu.open = wide.matches;
  menu.dataset.ready = "";
}

wide.addEventListener("change", adapt);
adapt();
