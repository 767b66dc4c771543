// The panels by name. The map is explicit so that hashed static files find every import.
const load = {
  cluster: () => import("./panels/cluster.js"),
  spacetime: () => import("./panels/spacetime.js"),
  log: () => import("./panels/log.js"),
  events: () => import("./panels/events.js"),
  history: () => import("./panels/history.js"),
  table: () => import("./panels/table.js"),
  chart: () => import("./panels/chart.js"),
  threads: () => import("./panels/threads.js"),
  cores: () => import("./panels/cores.js"),
};

const TITLES = {
  cluster: "Cluster", spacetime: "Space–time", log: "Log", events: "Events", history: "Clients", table: "Table",
  chart: "Metrics", threads: "Threads", cores: "Cores",
};

export const titleOf = (name) => TITLES[name] ?? name;

// Put a panel into the element; the undo works from the start, also while the module is still on its way.
export function mountPanel(name, element, context) {
  let undo = null;
  let wanted = true;
  element.dataset.panel = name;
  loaded(name).then(
    (panel) => { if (wanted) undo = panel.mount(element, context); },
    () => { if (wanted) element.replaceChildren(missing(name)); },
  );
  return () => {
    wanted = false;
    undo?.();
    element.replaceChildren();
  };
}

function loaded(name) {
  return load[name] ? load[name]() : Promise.reject(new Error(`There is no panel ${name}.`));
}

function missing(name) {
  const note = document.createElement("p");
  note.className = "lab-missing";
  note.textContent = `The panel “${titleOf(name)}” could not be loaded. Reload the page to try again.`;
  return note;
}
