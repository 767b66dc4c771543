// Full screen for one element, where the browser has it.
export const canFill = () => document.fullscreenEnabled === true;
export const fills = (element) => document.fullscreenElement === element;

export async function toggleFull(element) {
  if (fills(element)) await document.exitFullscreen();
  else await element.requestFullscreen();
}
