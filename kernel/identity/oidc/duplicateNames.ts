const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

interface Level {
  /** Names of an object so far; null for a list. */
  readonly names: Set<string> | null;
  awaitsName: boolean;
}

/**
 * The first member name that an object in JSON text has twice, or null. Parsers keep one of the two, not all the same one, so
 * that text may mean one thing to whoever checked it and another to whoever uses it.
 */
export function duplicateName(json: string): string | null {
  const levels: Level[] = [];
  for (const [token] of json.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ names: new Set(), awaitsName: true });
    else if (token === '[') levels.push({ names: null, awaitsName: false });
    else if (token === '}' || token === ']') levels.pop();
    else if (level?.names == null) continue;
    else if (token === ',') level.awaitsName = true;
    else if (level.awaitsName) {
      const name = textOf(token);
      if (level.names.has(name)) return name;
      level.names.add(name);
      level.awaitsName = false;
    }
  }
  return null;
}

/** The same name may be written with escapes. What is no JSON is left to the parser to refuse. */
function textOf(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}
