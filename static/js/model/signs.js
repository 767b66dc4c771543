// A sign for each kind of record, beside its words.
const SIGNS = {fault: "⚑", violated: "✗", stalled: "■", resumed: "▹", reached: "★", noted: "·", sent: "→", delivered: "↓", dropped: "✗", fired: "◔", armed: "◔",
  wrote: "▤", synced: "▤", changed: "Δ", stepped: "▸", blocked: "‖", woke: "▹", ran: "▬", invoked: "?", returned: "!", moved: "‖", measured: "≡"};

export const signOfKind = (kind) => SIGNS[kind] ?? "·";
