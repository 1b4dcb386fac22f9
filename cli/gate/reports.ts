import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';
import type { GateReport } from './verdict.ts';

export function gateText(report: GateReport, bold: (text: string) => string): string {
  const { model, version, stage, isAllowed, code, reason, digest, rules, files } = report;
  const lines = [
    bold(`${escaped(model)}@${version} ${isAllowed ? 'may' : 'may not'} run in ${escaped(stage)}: ${code}`),
    escaped(reason),
    ...(digest === null ? [] : [`Digest ${digest}`]),
    ...files.map(
      ({ name, digest: found, isApproved }) => `${isApproved ? 'approved' : 'NOT APPROVED'}  ${escaped(name)}  ${found}`,
    ),
  ];
  const unmet = rules.filter(({ state }) => state !== 'PASS');
  if (unmet.length > 0)
    lines.push(
      '',
      table(
        ['RULE', 'STATE', 'WHY', 'WHAT HELPS'],
        unmet.map(({ rule, state, reason: why, command }) => [rule, state, why, command ?? '-']),
        bold,
      ),
    );
  return lines.join('\n');
}

const SARIF_SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/**
 * SARIF 2.1.0: one result for each rule that is not met, or for the verdict where no rule says why. Rules are told once each. Readers such as
 * GitHub want a file and a line for every result: it is the file in hand, or else the version by its name.
 */
export function gateSarif(report: GateReport): unknown {
  const { model, version, stage, isAllowed, code, reason, rules, files } = report;
  const unmet = rules.filter(({ state }) => state !== 'PASS');
  const said = isAllowed ? [] : unmet.length > 0 ? unmet : [{ rule: code.toLowerCase(), reason, command: null }];
  const ids = [...new Set(said.map(({ rule }) => rule))];
  const file = (files.find(({ isApproved }) => !isApproved) ?? files[0])?.name;
  const locations = [
    {
      physicalLocation: { artifactLocation: { uri: uriOf(file ?? `${model}@${version}`) }, region: { startLine: 1 } },
      logicalLocations: [{ name: `${model}@${version}`, kind: 'resource', fullyQualifiedName: `${model}@${version}/${stage}` }],
    },
  ];
  return {
    $schema: SARIF_SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Cadastre gate',
            rules: ids.map((id) => ({ id, shortDescription: { text: `${id} holds before a version may run in a stage.` } })),
          },
        },
        results: said.map(({ rule, reason: why, command }) => ({
          ruleId: rule,
          ruleIndex: ids.indexOf(rule),
          level: 'error',
          message: { text: `${why === '' ? code : why}${command === null ? '' : ` What helps: ${command}`}` },
          locations,
        })),
      },
    ],
  };
}

/** A path as a relative reference: one that begins like a scheme, or with a slash, would be another thing. */
const uriOf = (path: string): string =>
  path
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.')
    .map(encodeURIComponent)
    .join('/');

/** JUnit: one test case for each rule, and one for the verdict. */
export function gateJunit(report: GateReport): string {
  const { model, version, stage, isAllowed, code, reason, rules } = report;
  const cases = [
    { name: `may run in ${stage}`, failure: isAllowed ? null : `${code}: ${reason}` },
    ...rules.map(({ rule, state, reason: why, command }) => ({
      name: rule,
      failure: state === 'PASS' ? null : `${state}: ${why}${command === null ? '' : ` What helps: ${command}`}`,
    })),
  ];
  const failures = cases.filter(({ failure }) => failure !== null).length;
  const suite = xml(`gate ${model}@${version}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failures}" errors="0" time="0">`,
    `  <testsuite name="${suite}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0" time="0">`,
    ...cases.map(({ name, failure }) =>
      failure === null
        ? `    <testcase classname="${suite}" name="${xml(name)}" time="0"/>`
        : `    <testcase classname="${suite}" name="${xml(name)}" time="0"><failure type="${xml(code)}" message="${xml(failure)}">${xml(failure)}</failure></testcase>`,
    ),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Characters that XML 1.0 cannot say become question marks; what an attribute would make a space of is written by number. */
const xml = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '?')
    .replaceAll(/[&<>"']/g, (character) => XML[character] ?? character)
    .replaceAll(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
