// A connection may die without a word, as while a laptop sleeps: a question that meets nothing but silence tells of it.
export const PATIENCE = 45_000;

export function createSilence(broken) {
  let timer = null;

  function heard() {
    clearTimeout(timer);
    timer = null;
  }

  function asked() {
    timer ??= setTimeout(() => { timer = null; broken(); }, PATIENCE);
  }

  return {asked, heard};
}
