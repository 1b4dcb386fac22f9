const PROTO = 0x80;
const PROTOCOL_MAX = 6;

/** Protocols 0 and 1 begin with text: the name of something to import, an instance, or a collection that is remembered. */
const TEXT_PICKLE = /^(?:\(*c[\w.]+\r?\n[\w.]+\r?\n|\(*i[\w.]+\r?\n[\w.]+\r?\n|\([dlt](?:p\d+\r?\n|q)|[\]})](?:q|p\d+\r?\n))/;

/** Whether bytes begin like a Python pickle. */
export const isPickle = (head: Uint8Array): boolean =>
  (head[0] === PROTO && (head[1] ?? PROTOCOL_MAX + 1) <= PROTOCOL_MAX) ||
  TEXT_PICKLE.test(String.fromCharCode(...head.subarray(0, 400)));
