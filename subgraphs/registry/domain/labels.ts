import { digestOf, type Digest } from '../../../kernel/canonical.ts';
import { badInput } from '../../../kernel/fault.ts';
import type { ResourceFacts } from '../../../kernel/policy/describe.ts';
import type { Model, Tag } from './model.ts';

const TAGS_MAX = 100;
const KEY_MAX = 250;
const VALUE_MAX = 5_000;
const TEXT_MAX = 50_000;

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A label as somebody gives it. */
export interface TagInput {
  readonly key: string;
  /** Empty unless given. */
  readonly value?: string;
}

/** Labels in the order of their keys. @throws Fault BAD_USER_INPUT */
export function readTags(given: readonly TagInput[]): readonly Tag[] {
  if (given.length > TAGS_MAX) throw badInput(`tags: at most ${TAGS_MAX}.`);
  const tags = new Map<string, string>();
  for (const { key, value = '' } of given) {
    if (key.trim() !== key || key.length < 1 || key.length > KEY_MAX || CONTROL.test(key))
      throw badInput(`tags: a key has 1 to ${KEY_MAX} characters that can be seen, and no white space around it.`);
    if (value.length > VALUE_MAX)
      throw badInput(`tags: the value of "${key.slice(0, 60)}" has more than ${VALUE_MAX} characters.`);
    if (tags.has(key)) throw badInput(`tags: "${key.slice(0, 60)}" is given twice.`);
    tags.set(key, value);
  }
  return sortedTags([...tags].map(([key, value]) => ({ key, value })));
}

export const sortedTags = (tags: readonly Tag[]): readonly Tag[] =>
  tags.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

/** @throws Fault BAD_USER_INPUT */
export function requireText(field: string, text: string, charactersMax = TEXT_MAX): string {
  if (text.length > charactersMax) throw badInput(`${field} has more than ${charactersMax} characters.`);
  return text;
}

/** A text of one line, such as the name of a tool. @throws Fault BAD_USER_INPUT */
export function requireLine(field: string, text: string, charactersMax: number): string {
  const line = text.trim();
  if (line.length > charactersMax || CONTROL.test(line))
    throw badInput(`${field} must be a line of at most ${charactersMax} characters.`);
  return line;
}

/** Tags as policies see them: `risk:high`, or the key alone where it has no value, in lower case. */
export const tagWords = (tags: readonly Tag[]): readonly string[] =>
  [...new Set(tags.map(({ key, value }) => (value === '' ? key : `${key}:${value}`).toLowerCase()))].toSorted();

/** What policies may ask about a model. */
export const modelFacts = (
  { no, id }: Pick<Model, 'no' | 'id'>,
  owners: readonly string[],
  tags: readonly Tag[],
): ResourceFacts => ({
  no,
  id,
  type: 'Model',
  owners: [...owners].toSorted(),
  tags: tagWords(tags),
  columnTags: [],
  namespace: 'cadastre://models',
  container: '',
  platform: '',
});

/** What an event says of the state of a model. */
export const modelDigest = (
  { id, name, description }: Pick<Model, 'id' | 'name' | 'description'>,
  owners: readonly string[],
  tags: readonly Tag[],
): Digest => digestOf({ id, name, description, owners: [...owners].toSorted(), tags: sortedTags(tags) });

export interface VersionLabels {
  readonly id: string;
  readonly description: string;
  readonly source: string;
  readonly tags: readonly Tag[];
}

/** What an event says of what may be said of a version at any time. */
export const labelsDigest = ({ id, description, source, tags }: VersionLabels): Digest =>
  digestOf({ id, description, source, tags: sortedTags(tags) });
