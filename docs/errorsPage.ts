import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FAULT_CODES } from '../kernel/fault.ts';

export const ERRORS_PAGE = fileURLToPath(new URL('errors.md', import.meta.url));

/** The page of fault codes, made from the list in the kernel. `npm run docs` writes it. */
export function errorsPage(): string {
  const rows = Object.entries(FAULT_CODES).map(([code, text]) => `| \`${code}\` | ${text.replaceAll('|', '\\|')} |`);
  return `# Error codes

<!-- Made by \`npm run docs\` from kernel/fault.ts; do not edit. -->

An entry of \`errors[]\` is a fault: bad input, a missing authentication, an outage or a bug. Its code is in \`extensions.code\` and
is one of this closed list; its message says what was wrong and what to do. A wish that a rule turns down is no fault: the
mutation answers it as data, as \`Refused\` or \`Conflict\`. What the caller may not see is \`NOT_FOUND\` or null.

| code | what it means and what helps |
|---|---|
${rows.join('\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(ERRORS_PAGE, errorsPage());
