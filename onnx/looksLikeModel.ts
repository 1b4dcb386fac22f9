const IR_VERSION = 0x08;
const IR_VERSION_MAX = 40;
/** The second field of a ModelProto: any of those up to the graph, all but the model's own version written as bytes. */
const SECOND = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42]);

/** Whether bytes begin like an ONNX file, which has no magic number: writers put the version of the format first. */
export const looksLikeModel = (head: Uint8Array): boolean => {
  const [tag, version = 0, second = 0] = head;
  return tag === IR_VERSION && version > 0 && version <= IR_VERSION_MAX && SECOND.has(second);
};
