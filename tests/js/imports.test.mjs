// Hashed static files rewrite only import statements that end with a semicolon, and cannot order a cycle.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../static/js/", import.meta.url));
const files = readdirSync(root, {recursive: true}).filter((name) => name.endsWith(".js")).map((name) => join(root, name));
const here = fileURLToPath(new URL(".", import.meta.url));
const tests = readdirSync(here).filter((name) => name.endsWith(".mjs")).map((name) => join(here, name));
const STATIC = /^import\s[^"']*["']([^"']+)["'](;?)/gm;
const DYNAMIC = /import\(["']([^"']+)["']\)/g;

const imports = (file) => [...readFileSync(file, "utf8").matchAll(STATIC)].map(([, path, stop]) => ({path: join(dirname(file), path), stop}));
const name = (file) => relative(root, file);
const IMPORTED = /^import\s+{([^}]*)}\s+from\s+["']([^"']+)["']/gm;
const WHOLE = /(?:^import\s+\*[^"']*|import\()["']([^"']+)["']/gm;
const EXPORTED = /^export\s+(?:async\s+)?(?:function\*?|const|let|class)\s+(\w+)/gm;

// Names that modules take from one another: [[file that takes, file that gives, name], …].
const takes = (file) => [...readFileSync(file, "utf8").matchAll(IMPORTED)].flatMap(([, names, path]) =>
  names.split(",").map((one) => one.trim().split(/\s+as\s+/)[0]).filter(Boolean).map((one) => [file, join(dirname(file), path), one]));
const gives = (file) => [...readFileSync(file, "utf8").matchAll(EXPORTED)].map(([, one]) => one);

test("every import statement ends with a semicolon", () => {
  const loose = files.filter((file) => imports(file).some(({stop}) => stop !== ";"));
  assert.deepEqual(loose.map(name), []);
});

test("every import names a file", () => {
  const lazy = (file) => [...readFileSync(file, "utf8").matchAll(DYNAMIC)].map(([, path]) => ({path: join(dirname(file), path)}));
  const missing = files.flatMap((file) => [...imports(file), ...lazy(file)]
    .filter(({path}) => !existsSync(path)).map(({path}) => `${name(file)} -> ${name(path)}`));
  assert.deepEqual(missing, []);
});

test("every name that is imported is exported, and every other export is tried in a test", () => {
  const taken = [...files, ...tests].flatMap(takes).filter(([, path]) => files.includes(path));
  const missing = taken.filter(([, path, one]) => !gives(path).includes(one)).map(([file, path, one]) => `${name(file)}: ${one} of ${name(path)}`);
  assert.deepEqual(missing, []);
  const used = new Set(taken.map(([, path, one]) => `${name(path)}: ${one}`));
  const whole = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(WHOLE)].map(([, path]) => join(dirname(file), path)));
  const idle = files.filter((file) => !whole.includes(file)).flatMap((file) => gives(file).map((one) => `${name(file)}: ${one}`))
    .filter((one) => !used.has(one));
  assert.deepEqual(idle, []);
});

test("no module imports itself by a detour", () => {
  const cycles = [];
  const done = new Set();
  const visit = (file, path) => {
    if (path.includes(file)) return cycles.push([...path.slice(path.indexOf(file)), file].map(name).join(" -> "));
    if (done.has(file) || !existsSync(file)) return;
    for (const {path: next} of imports(file)) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  assert.deepEqual(cycles, []);
});

test("lib knows nothing of lessons, and model nothing of the page", () => {
  const layer = (file) => name(file).split("/")[0];
  const wrong = files.filter((file) => ["lib", "model"].includes(layer(file)))
    .flatMap((file) => imports(file).filter(({path}) => layer(path) !== layer(file)).map(({path}) => `${name(file)} -> ${name(path)}`));
  assert.deepEqual(wrong, []);
});

test("no dice and no style attributes in what is drawn", () => {
  const wrong = files.filter((file) => /Math\.random|\sstyle=/.test(readFileSync(file, "utf8")));
  assert.deepEqual(wrong.map(name), []);
});
