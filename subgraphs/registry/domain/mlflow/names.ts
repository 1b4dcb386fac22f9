import type { Pair } from './args.ts';
import { cited, invalid } from './mlflowFault.ts';

export const KEY_CHARS_MAX = 250;
export const PARAM_CHARS_MAX = 6_000;
export const TAG_CHARS_MAX = 8_000;
export const EXPERIMENT_TAG_CHARS_MAX = 5_000;
export const MODEL_TAG_CHARS_MAX = 5_000;
const EXPERIMENT_NAME_CHARS_MAX = 500;
const NAME_CHARS_MAX = 256;

/** What MLflow allows in keys, and what Unicode adds to it: `\w` of Python. */
const KEY = /^[/\p{L}\p{N}_.\-: ]*$/u;

type KeyOf = 'metric' | 'parameter' | 'tag';

/** @throws Fault INVALID_PARAMETER_VALUE unless the key can be one of a metric, parameter or tag */
export function checkKey(what: KeyOf, key: string): void {
  if (!KEY.test(key))
    throw invalid(
      `Invalid ${what} name: ${cited(key)}. Names may only contain letters, digits, underscores, dashes, periods, spaces, colons and slashes.`,
    );
  if (key.split('/').some((part) => part === '' || part === '.' || part === '..'))
    throw invalid(
      `Invalid ${what} name: ${cited(key)}. As a path it would stand for another name; leave out empty parts, '.' and '..'.`,
    );
  checkLength(`The name of the ${what}`, key, KEY_CHARS_MAX);
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export function checkTags(tags: readonly Pair[], charsMax: number): void {
  for (const { key, value } of tags) {
    checkKey('tag', key);
    checkLength(`The value of the tag ${cited(key)}`, value, charsMax);
  }
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export function checkParams(params: readonly Pair[]): void {
  for (const { key, value } of params) {
    checkKey('parameter', key);
    checkLength(`The value of the parameter ${cited(key)}`, value, PARAM_CHARS_MAX);
  }
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export function checkExperimentName(name: string): void {
  if (name.trim() === '') throw invalid(`Invalid experiment name: ${cited(name)}. Give it a name.`);
  checkLength('The name of the experiment', name, EXPERIMENT_NAME_CHARS_MAX);
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export const checkRunName = (name: string): void => checkLength('The name of the run', name, NAME_CHARS_MAX);

/** @throws Fault INVALID_PARAMETER_VALUE */
export function checkLoggedModelName(name: string): void {
  // What stands in a URI of a model behind a slash, a colon or a dot would be taken for something else.
  if (name.trim() === '' || /[/:.%"']/.test(name))
    throw invalid(`Invalid model name: ${cited(name)}. It must not be empty, nor contain any of / : . % " '.`);
  checkLength('The name of the model', name, NAME_CHARS_MAX);
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export function checkLength(what: string, value: string, charsMax: number): void {
  if (value.length > charsMax) throw invalid(`${what} had length ${value.length}, which exceeded length limit of ${charsMax}.`);
}

/** Of values with the same key the last one counts, as if they had come one after another. */
export const lastOfEach = (pairs: readonly Pair[]): readonly Pair[] => [
  ...new Map(pairs.map((pair) => [pair.key, pair])).values(),
];
