// Light or dark, as the reader chose last; the page's first script, so that nothing flashes.
const root = document.documentElement;

function chosen() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // Storage may be forbidden; then the system's choice holds.
  }
}

function keep(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // The choice holds for this page only.
  }
}

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

if (chosen()) root.dataset.theme = chosen();

// Another page of the site was switched, or the one around this frame.
window.addEventListener("storage", ({key, newValue}) => {
  if (key === "theme" && newValue) root.dataset.theme = newValue;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-toggle]");
  if (!button) return;
  root.dataset.theme = isDark() ? "light" : "dark";
  keep(root.dataset.theme);
});
