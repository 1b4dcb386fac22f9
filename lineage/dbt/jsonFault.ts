export interface JsonFault {
  /** From 1. */
  readonly line: number;
  /** In UTF-16 units, from 1. */
  readonly column: number;
  readonly truncated: boolean;
}

const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y; // oxlint-disable-line no-control-regex -- JSON forbids them in strings

/** What may come next. */
type Want = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'next' | 'end';

/** Where text that JSON.parse refused stops being JSON: engines word their messages differently, and some name no place. */
export function jsonFault(text: string): JsonFault {
  const open: ('{' | '[')[] = [];
  let want: Want = 'value';
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const after: Want | null =
      match === null ? null : step(want, match[1] ?? (match[2] === undefined ? 'scalar' : 'string'), open);
    if (match === null || after === null) return faultAt(text, at, want);
    want = after;
    at = TOKEN.lastIndex;
  }
}

function step(want: Want, token: string, open: ('{' | '[')[]): Want | null {
  const top = open.at(-1);
  if (want === 'colon') return token === ':' ? 'value' : null;
  if (want === 'key' || want === 'firstKey') {
    if (token === 'string') return 'colon';
    return token === '}' && want === 'firstKey' ? close(open) : null;
  }
  if (want === 'next') {
    if (token === ',') return top === '{' ? 'key' : 'value';
    return (token === '}' && top === '{') || (token === ']' && top === '[') ? close(open) : null;
  }
  if (want === 'end') return null;
  if (token === ']' && want === 'firstValue') return close(open);
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'firstKey' : 'firstValue';
  }
  return token === 'string' || token === 'scalar' ? (top === undefined ? 'end' : 'next') : null;
}

function close(open: ('{' | '[')[]): Want {
  open.pop();
  return open.length === 0 ? 'end' : 'next';
}

function faultAt(text: string, from: number, want: Want): JsonFault {
  const start = from + (/^[ \t\r\n]*/.exec(text.slice(from, from + 10_000))?.[0].length ?? 0);
  const rest = text.slice(start);
  // A string, a number or a word that is cut off ends the text too.
  const truncated =
    want !== 'end' && (rest === '' || /^"(?:[^"\\]|\\.)*\\?$/s.test(rest) || /^(-?[\d.eE+-]*|[a-z]{1,4})$/.test(rest));
  const at = truncated ? text.length : start;
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n'), truncated };
}
