// What a server holds, in a few words under it, as the lab's declaration asks for them.
const MOST = 24;

const isThere = (value, hides) => value !== undefined && value !== null && value !== "" && value !== hides;

export function captionOf(node, declaration) {
  return (declaration.captions ?? []).filter(({field, hides}) => isThere(node[field], hides))
    .map(({field, text}) => text.replace("{}", () => node[field])).join(", ");
}

export const clipped = (text) => text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
