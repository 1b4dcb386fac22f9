/** The subject of a refusal to make something: it never got an id. */
export const UNMADE = 'none';
