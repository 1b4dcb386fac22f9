import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { gateJunit, gateSarif } from './reports.ts';
import type { GateReport } from './verdict.ts';

const BASE: GateReport = {
  model: 'churn',
  version: 2,
  stage: 'production',
  isAllowed: false,
  code: 'NOT_REQUESTED',
  reason: 'Nobody has asked for approval.',
  digest: null,
  until: null,
  policy: null,
  rules: [],
  files: [],
};
const rule = (name: string, state: string, reason = 'It is asked for.', command: string | null = null) => ({
  rule: name,
  state,
  reason,
  command,
});
const REPORTS: readonly (readonly [string, GateReport])[] = [
  ['what is allowed', { ...BASE, isAllowed: true, code: 'ALLOWED', reason: '', rules: [rule('review.1', 'PASS')] }],
  [
    'a refusal by rules',
    {
      ...BASE,
      rules: [rule('content', 'PASS'), rule('evidence.fairness', 'MISSING', 'x', 'cadastre …'), rule('review.1', 'MISSING')],
    },
  ],
  [
    'a rule that is told twice',
    { ...BASE, rules: [rule('evidence.metrics', 'FAIL'), rule('review.1', 'MISSING'), rule('evidence.metrics', 'FAIL')] },
  ],
  ['a refusal without a rule', { ...BASE, code: 'DAMAGED', reason: '' }],
  [
    'odd names',
    {
      ...BASE,
      model: 'a <b> & "c"',
      reason: 'two\nlines\u0000',
      rules: [rule('evidence.custom/ö ü', 'FAIL', `it's ]]> & <worse>\ttoo`)],
      files: [{ name: '/mnt/models/my model.onnx', digest: 'sha256:0', isApproved: false }],
    },
  ],
];

// What the OASIS schema of SARIF 2.1.0 asks of the properties that are used here; no others are taken.
const message = z.strictObject({ text: z.string().min(1) });
const uri = z
  .string()
  .regex(/^(?:[A-Za-z0-9\-._~!$&'()*+,;=@/]|%[0-9A-F]{2})+$/)
  .regex(/^[^/]/);
const location = z.strictObject({
  // Not of the schema but of GitHub, which takes no result without a file and a line.
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({ uri }),
    region: z.strictObject({ startLine: z.int().min(1) }),
  }),
  logicalLocations: z.array(z.strictObject({ name: z.string(), kind: z.string(), fullyQualifiedName: z.string() })),
});
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string().min(1),
            rules: z
              .array(z.strictObject({ id: z.string().min(1), shortDescription: message }))
              .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'rules are unique'),
          }),
        }),
        results: z.array(
          z.strictObject({
            ruleId: z.string(),
            ruleIndex: z.int().min(0),
            level: z.enum(['none', 'note', 'warning', 'error']),
            message,
            locations: z.array(location).length(1),
          }),
        ),
      }),
    )
    .length(1),
});

describe('SARIF', () => {
  test.each(REPORTS)('of %s is what its readers take', (_, report) => {
    const { runs } = sarif.parse(JSON.parse(JSON.stringify(gateSarif(report))));
    const [run] = runs;
    for (const { ruleId, ruleIndex } of run?.results ?? []) expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(run?.results.length === 0).toBe(report.isAllowed);
  });

  test('a result is at the file that was refused, or else at the version', () => {
    const uris = REPORTS.flatMap(([, report]) =>
      sarif
        .parse(gateSarif(report))
        .runs.flatMap(({ results }) => results.map(({ locations: [at] }) => at?.physicalLocation.artifactLocation.uri)),
    );
    expect(new Set(uris)).toEqual(new Set(['churn%402', 'mnt/models/my%20model.onnx']));
  });
});

const VALUE = '"(?:[^"<>&\\n\\t\\r]|&(?:amp|lt|gt|quot|apos|#9|#10|#13);)*"';
const TEXT = '(?:[^<>&]|&(?:amp|lt|gt|quot|apos|#9|#10|#13);)*';
const NUMBERS = 'tests="(\\d+)" failures="(\\d+)" errors="0"';

describe('JUnit', () => {
  // The attributes that the schemas of Jenkins and of Ant ask for, of each element.
  test.each(REPORTS)('of %s is what its readers take', (_, report) => {
    const [declaration, root, suite, ...rest] = gateJunit(report).split('\n');
    expect(declaration).toBe('<?xml version="1.0" encoding="UTF-8"?>');
    expect(rest.splice(-2)).toEqual(['  </testsuite>', '</testsuites>']);
    const counts = [
      new RegExp(`^<testsuites ${NUMBERS} time="0">$`).exec(root ?? ''),
      new RegExp(`^  <testsuite name=${VALUE} ${NUMBERS} skipped="0" time="0">$`).exec(suite ?? ''),
    ];
    const failed = rest.filter((line) => line.includes('<failure'));
    for (const found of counts) expect(found?.slice(1)).toEqual([`${rest.length}`, `${failed.length}`]);
    const testcase = new RegExp(
      `^    <testcase classname=${VALUE} name=${VALUE} time="0"(?:/>|><failure type=${VALUE} message=${VALUE}>${TEXT}</failure></testcase>)$`,
    );
    for (const line of rest) expect(line).toMatch(testcase);
    expect(failed).toHaveLength(report.rules.filter(({ state }) => state !== 'PASS').length + (report.isAllowed ? 0 : 1));
  });
});
