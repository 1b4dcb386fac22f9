/** Whether a text has all words, each as it is written or as a beginning. @param words placeholder of the words */
export const hasWords = (vector: string, words: string): string =>
  `${vector} @@ (select string_agg(quote_literal(w) || ':*', ' & ')::tsquery from unnest(${words}::text[]) w)`;
