// Get JSON; throws where there is none.
export async function fetchJson(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.json();
}
