/** Keys that are made here out of ids and digests; tools make theirs out of names, which may be those of people. */
const OPAQUE = /^(?:view|manual|dashboard)\/|^query\/src_[0-9a-hjkmnp-tv-z]{26}\/[0-9a-f]{32}$/;

/** Whether the key of a piece of evidence may stand in the audit log. */
export const isOpaqueKey = (key: string): boolean => OPAQUE.test(key);
