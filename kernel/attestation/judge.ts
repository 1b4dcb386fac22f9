import type { Digest } from '../canonical.ts';
import { foldName } from '../foldName.ts';
import type { Instant } from '../time.ts';
import type { Artifact, ModelApproval } from './approvalStatement.ts';

/** What is to be run, as far as whoever asks knows it. Names count in any spelling, as they do on the server. */
export interface Asked {
  readonly model: string;
  readonly version: number;
  readonly stage: string;
  readonly at: Instant;
  readonly inHand: readonly InHand[];
}

/** Bytes that are really there: one file, or a folder that is to be the whole version. */
export interface InHand {
  readonly name: string;
  readonly isFolder: boolean;
  readonly files: readonly FileInHand[];
}

export interface FileInHand {
  /** As it is shown. */
  readonly name: string;
  /** Below the folder. */
  readonly path: string;
  readonly digest: Digest;
}

export type Objection =
  | {
      readonly code: 'EXPIRED' | 'NOT_YET' | 'OTHER_MODEL' | 'OTHER_VERSION' | 'OTHER_STAGE' | 'MISSING_FILE';
      readonly message: string;
    }
  | { readonly code: 'OTHER_BYTES' | 'OTHER_PATH'; readonly message: string; readonly file: string };

/** A clock may run a little behind the one that signed. */
const SKEW_MS = 60_000;

/** Why a signed attestation does not allow this; empty when it does. @throws Fault BAD_USER_INPUT for names that nothing can have */
export function objections(approval: ModelApproval, asked: Asked): readonly Objection[] {
  const { model, version, stage, notAfter, issuedAt, artifacts } = approval;
  const found: Objection[] = [];
  if (!isSameName('model', model, asked.model))
    found.push({ code: 'OTHER_MODEL', message: `It is about the model ${model}, not ${asked.model}.` });
  if (version !== asked.version)
    found.push({ code: 'OTHER_VERSION', message: `It is about version ${version}, not ${asked.version}.` });
  if (!isSameName('stage', stage, asked.stage))
    found.push({ code: 'OTHER_STAGE', message: `It allows the stage ${stage}, not ${asked.stage}.` });
  if (Date.parse(asked.at) >= Date.parse(notAfter))
    found.push({ code: 'EXPIRED', message: `It was good until ${notAfter}. Ask for a new one.` });
  if (Date.parse(asked.at) + SKEW_MS < Date.parse(issuedAt))
    found.push({ code: 'NOT_YET', message: `It was made at ${issuedAt}, which is later than now: see that the clock is right.` });
  return [...found, ...asked.inHand.flatMap((inHand) => strangeFiles(artifacts, inHand))];
}

const NAME_MAX = 200;

const isSameName = (field: string, attested: string, asked: string): boolean =>
  foldName(field, attested, NAME_MAX).folded === foldName(field, asked, NAME_MAX).folded;

/** In a folder files count by their paths, too: models name what they read beside them. */
function strangeFiles(artifacts: readonly Artifact[], { name: given, isFolder, files }: InHand): readonly Objection[] {
  const pathsOf = new Map<Digest, string[]>();
  for (const { path, digest } of artifacts) pathsOf.set(digest, [...(pathsOf.get(digest) ?? []), path]);
  const found = files.flatMap(({ name, path, digest }): readonly Objection[] => {
    const approved = pathsOf.get(digest);
    if (approved === undefined)
      return [
        { code: 'OTHER_BYTES', message: `The bytes of ${name} (${digest}) are none of those that were approved.`, file: name },
      ];
    if (!isFolder || approved.includes(path)) return [];
    return [{ code: 'OTHER_PATH', message: `The bytes of ${name} were approved as ${shortList(approved)}.`, file: name }];
  });
  const there = new Set(files.map(({ path }) => path));
  const missing = isFolder ? artifacts.filter(({ path }) => !there.has(path)).map(({ path }) => path) : [];
  if (missing.length > 0)
    found.push({ code: 'MISSING_FILE', message: `${given} lacks files of the version: ${shortList(missing)}.` });
  return found;
}

const LISTED_MAX = 5;

const shortList = (names: readonly string[]): string =>
  `${names.slice(0, LISTED_MAX).join(', ')}${names.length > LISTED_MAX ? ` and ${names.length - LISTED_MAX} more` : ''}`;
