// The state before the first frame.
export const nothing = {
  time: 0, playing: false, speed: 0.05, records: [], from: 0, to: 0, past: 0, end: 0, selection: null, marks: [],
  branch: 0, branches: [], connected: false, measures: {}, history: [], series: {}, refused: {},
  view: {at: 0, nodes: {}, network: {}, messages: [], operations: [], measures: {}, goals: {}, invariants: {}, liveness: {}, falling: []},
};
