// The index of the first record later than `time`, in an array sorted by `at`.
export function firstAfter(records, time) {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle].at > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
