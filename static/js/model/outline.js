// The blocks of a lesson's text, as far as one can tell while it is being written. Rows count from 0.
const OPEN = /^(:{3,})[ \t]*\{([A-Za-z][\w-]*)\}[ \t]*(.*?)\s*$/;
const CLOSE = /^(:{3,})\s*$/;
const OPTION = /^:([A-Za-z_][\w-]*):(?:[ \t]+(.*?))?\s*$/;
const CODE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;

// Return [{name, id, row, last, parent, options, optionsTo}] in order; `parent` is the block around it, or null.
export function outline(lines) {
  const found = [];
  const open = [];
  let code = "";
  for (let row = frontMatterEnd(lines) + 1; row < lines.length; row += 1) {
    const fence = CODE.exec(lines[row])?.[1];
    if (code || fence) {
      code = !code ? fence : fence?.startsWith(code) ? "" : code;
      continue;
    }
    const opening = OPEN.exec(lines[row]);
    const close = CLOSE.exec(lines[row]);
    if (opening) {
      const block = {name: opening[2], id: opening[3], colons: opening[1].length, row, last: lines.length - 1, parent: open.at(-1) ?? null};
      Object.assign(block, optionsAfter(lines, row));
      found.push(block);
      open.push(block);
      row = block.optionsTo;
    } else if (close && open.at(-1)?.colons === close[1].length) {
      open.pop().last = row;
    }
  }
  return found;
}

// The row of the line that ends the front matter; -1 where there is none, the last row where it is never closed.
export function frontMatterEnd(lines) {
  if (lines[0]?.trim() !== "---") return -1;
  const end = lines.findIndex((line, row) => row > 0 && line.trim() === "---");
  return end < 0 ? lines.length - 1 : end;
}

function optionsAfter(lines, row) {
  const options = {};
  let last = null;
  let to = row;
  for (let next = row + 1; next < lines.length; next += 1) {
    const option = OPTION.exec(lines[next]);
    if (option) last = option[1];
    else if (last === null || !lines[next].startsWith("  ") || !lines[next].trim()) break;
    options[last] = option ? option[2] ?? "" : `${options[last]}\n${lines[next]}`;
    to = next;
  }
  return {options, optionsTo: to};
}
