/** Rows and the schema spell kinds in different cases. */
export const upper = <T extends string>(name: T): Uppercase<T> => name.toUpperCase() as Uppercase<T>;
export const lower = <T extends string>(name: T): Lowercase<T> => name.toLowerCase() as Lowercase<T>;
