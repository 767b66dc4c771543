// Copy text; false where the browser does not let us, so that the caller can offer it to be copied by hand.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
