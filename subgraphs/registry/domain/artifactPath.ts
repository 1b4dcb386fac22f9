import { badInput } from '../../../kernel/fault.ts';

const CHARACTERS_MAX = 500;

/**
 * Checks the path of an artifact. It is a label and never a place on a disk of ours; whoever unpacks artifacts into a folder must
 * not be led out of it all the same.
 * @throws Fault BAD_USER_INPUT
 */
export function requireArtifactPath(path: string): void {
  const problem = problemOf(path);
  if (problem === null) return;
  throw badInput(`path: "${path.slice(0, 100).replaceAll(CONTROL, '?')}" ${problem} Write it like weights/model.onnx.`);
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
/** What turns or hides text: a listing must show what a path is. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;

function problemOf(path: string): string | null {
  if (path === '' || path.length > CHARACTERS_MAX) return `must have 1 to ${CHARACTERS_MAX} characters.`;
  if (!path.isWellFormed() || path.search(CONTROL) >= 0 || UNSEEN.test(path)) return 'has a character that cannot be seen.';
  if (path !== path.normalize('NFC')) return 'is not in the normal form NFC.';
  if (path.includes('\\')) return 'has a backslash. Divide folders by /.';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute.';
  const segments = path.split('/');
  if (segments.includes('')) return 'has an empty part.';
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'has . or .. as a part.';
  return segments.some((segment) => segment !== segment.trim()) ? 'has a part that begins or ends with white space.' : null;
}
