// Was / Now / Δ of the live measures since the last fault.
export const isFault = (record) => record.kind === "fault";

export function deltaRows(measures, was, now) {
  return measures
    .filter((measure) => measure.live && was[measure.name] !== now[measure.name])
    .map((measure) => ({...measure, was: was[measure.name], now: now[measure.name]}));
}
