// On a lab's own page: every setting, and a new run that begins with them.
import { html, render, nothing } from "../../vendor/lit-html/lit-html.js";
import { openRun } from "../lib/open.js";
import { changedSettings, startValues } from "../model/settings.js";

export function mount(element, {figure, declaration, settings, seed, notify}) {
  if (figure.dataset.size !== "full") return () => {};
  const values = startValues(declaration.settings, settings);
  let chance = seed;

  async function begin(event) {
    event.preventDefault();
    try {
      const wish = {lab: declaration.name, settings: changedSettings(declaration.settings, values), seed: Number(chance)};
      location.assign((await openRun(wish)).page);
    } catch (error) {
      notify(error.message);
    }
  }

  const set = (name) => (event) => { values[name] = event.target.type === "checkbox" ? event.target.checked : event.target.value; };
  const row = (setting) => html`<label class="lab-setting" title=${setting.help}><span>${setting.label}</span>
    ${control(setting, values[setting.name], set(setting.name))}<small>${setting.unit}</small></label>`;

  render(html`<details class="lab-more"><summary>Settings</summary><form class="lab-settings-form" @submit=${begin}>
    ${declaration.settings.map(row)}
    <label class="lab-setting" title="All chance in the run comes from this number"><span>Seed</span>
      <input type="number" name="seed" min="0" step="1" required .value=${String(seed)} @input=${(event) => { chance = event.target.value; }}><small></small></label>
    <button type="submit" class="primary">Begin a new run with these</button></form></details>`, element);
  return () => {};
}

function control({name, kind, choices, low, high}, value, set) {
  if (kind === "bool") return html`<input type="checkbox" name=${name} .checked=${value === true} @change=${set}>`;
  if (choices) return html`<select name=${name} @change=${set}>${choices.map((each) => html`
    <option value=${each} .selected=${each === value}>${each}</option>`)}</select>`;
  const number = kind === "int" || kind === "float";
  return html`<input type=${number ? "number" : "text"} name=${name} min=${low ?? nothing} max=${high ?? nothing}
    step=${kind === "int" ? "1" : "any"} required .value=${String(value)} @input=${set}>`;
}
