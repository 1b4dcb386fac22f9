import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckpoint, signCheckpoint } from '../../kernel/audit/log/checkpoint.ts';
import { verifyConsistency } from '../../kernel/audit/log/consistency.ts';
import { Frontier } from '../../kernel/audit/log/frontier.ts';
import { leafHash } from '../../kernel/audit/log/hash.ts';
import { verifyInclusion } from '../../kernel/audit/log/inclusion.ts';
import { parseVerifierKey, signerKey } from '../../kernel/audit/log/noteKey.ts';
import { sharedPath } from '../shared.ts';

const folder = sharedPath('cases/merkle');

interface Vector {
  readonly file: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Counts go beyond 2^53, where a JavaScript number is another one. */
const exactCounts = (text: string): string => text.replaceAll(/("(?:leafIdx|treeSize|size1|size2)": *)(\d+)/g, '$1"$2"');

const vectors = (kind: string): readonly Vector[] =>
  folder === null
    ? []
    : readdirSync(path.join(folder, kind), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.json'))
        .toSorted()
        .map((file) => ({ file, fields: JSON.parse(exactCounts(readFileSync(path.join(folder, kind, file), 'utf8'))) }));

const bytes = (value: unknown): Buffer => Buffer.from((value as string | null) ?? '', 'base64');
const proof = (value: unknown): readonly Buffer[] => ((value as readonly string[] | null) ?? []).map(bytes);

describe.skipIf(folder === null)(`published proofs, right and wrong (${folder === null ? 'not there' : 'found'})`, () => {
  test('all of them are there', () => {
    expect([vectors('inclusion').length, vectors('consistency').length]).toEqual([98, 98]);
  });

  test.each(vectors('inclusion'))('inclusion: $file', ({ fields }) => {
    const { leafIdx, treeSize, root, leafHash: leaf, wantErr } = fields;
    const claim = {
      index: BigInt(leafIdx as string),
      size: BigInt(treeSize as string),
      leaf: bytes(leaf),
      proof: proof(fields['proof']),
      root: bytes(root),
    };
    expect(verifyInclusion(claim)).toBe(wantErr === false);
  });

  test.each(vectors('consistency'))('consistency: $file', ({ fields }) => {
    const { size1, size2, root1, root2, wantErr } = fields;
    const claim = {
      earlier: { size: BigInt(size1 as string), root: bytes(root1) },
      later: { size: BigInt(size2 as string), root: bytes(root2) },
      proof: proof(fields['proof']),
    };
    expect(verifyConsistency(claim)).toBe(wantErr === false);
  });
});

/** Entries, published test key, roots and a checkpoint of the log in the test data of transparency-dev/tessera: another's log, made by another's code. */
describe('a log that Tessera wrote', () => {
  const entries = 'one two three four five six seven eit nain ten ileven twelf threeten fourten fivten'.split(' ');
  const vkey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
  const signer = signerKey('example.com/log/testdata', Buffer.from('7KZj9JkBfSNlwnx6dnkVjUPP7BMwvbJZKQr70NIXd6A=', 'base64'));
  const note =
    'example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n' +
    '— example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n';

  test('has the roots that we compute', () => {
    const frontier = new Frontier();
    const roots = entries.map((entry) => {
      frontier.push(leafHash(Buffer.from(entry)));
      return frontier.root().toString('base64');
    });
    expect([roots[0], roots[6], roots[12], roots[14]]).toEqual([
      '0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=',
      'IrSXADBqJ7EQoUODSDKROySgNveeL6CFhik2w/+fS7U=',
      'av0kLH0VkkVDrTuZzBGIx7d9z5G1l/GlKz/nAV/8woQ=',
      'rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=',
    ]);
  });

  test('has a checkpoint that we open, and would have signed the same', () => {
    const checkpoint = openCheckpoint(note, [parseVerifierKey(vkey)]);
    expect(checkpoint).toMatchObject({ origin: 'example.com/log/testdata', size: 15 });
    expect(signer.verifier.vkey).toBe(vkey);
    expect(signCheckpoint(checkpoint, signer)).toBe(note);
  });
});
