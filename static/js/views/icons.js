// Small pictures for buttons whose name is in aria-label.
import { svg, html } from "../../vendor/lit-html/lit-html.js";

const PATHS = {
  start: "M3 3h2v10H3zM14 3v10L6 8z",
  back: "M11 3v10L4 8zM12 3h1.5v10H12z",
  play: "M4 2.5v11l10-5.5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  step: "M5 3v10l7-5zM2.5 3H4v10H2.5z",
  previous: "M2.5 3H4v10H2.5zM12.6 3 14 4.4 10.4 8l3.6 3.6-1.4 1.4-5-5zM6 3h1.5v10H6z",
  next: "M12 3h1.5v10H12zM3.4 3 2 4.4 5.6 8 2 11.6 3.4 13l5-5zM8.5 3H10v10H8.5z",
  full: "M2 2h5v1.6H3.6V7H2zM9 2h5v5h-1.6V3.6H9zM2 9h1.6v3.4H7V14H2zM12.4 9H14v5H9v-1.6h3.4z",
  close: "M4 2.9 8 6.9l4-4L13.1 4l-4 4 4 4-1.1 1.1-4-4-4 4L2.9 12l4-4-4-4z",
};

export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${svg`<path d=${PATHS[name]}></path>`}</svg>`;
}
