import { badInput } from '../../../kernel/fault.ts';
import type { ParamValue } from './model.ts';

const NAME_MAX = 250;
const TEXT_MAX = 6_000;
const PARAMS_MAX = 1_000;

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
/** Parameters of training: each a text, a number or true or false. @throws Fault BAD_USER_INPUT */
export function readParams(
  given: readonly { readonly name: string; readonly value: unknown }[],
): Readonly<Record<string, ParamValue>> {
  if (given.length > PARAMS_MAX) throw badInput(`params: at most ${PARAMS_MAX}.`);
  const params = new Map<string, ParamValue>();
  for (const { name, value } of given) {
    const place = `params."${name.slice(0, 60)}"`;
    if (name.length < 1 || name.length > NAME_MAX || CONTROL.test(name) || name === '__proto__')
      throw badInput(`${place}: a name has 1 to ${NAME_MAX} characters that can be seen.`);
    if (params.has(name)) throw badInput(`${place} is given twice.`);
    params.set(name, readValue(place, value));
  }
  return Object.fromEntries(params);
}

function readValue(place: string, value: unknown): ParamValue {
  if (typeof value === 'boolean') return value;
  // Canonical JSON knows one zero only.
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
  if (typeof value !== 'string') throw badInput(`${place} must be a text, a finite number, true or false.`);
  if (value.length > TEXT_MAX) throw badInput(`${place} has more than ${TEXT_MAX} characters.`);
  return value;
}
