import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { readAttestation } from '../../kernel/attestation/approvalStatement.ts';
import { parseVerifierKey } from '../../kernel/audit/log/noteKey.ts';
import { badInput, notFound } from '../../kernel/fault.ts';
import { instantNow } from '../../kernel/time.ts';
import { act, actWithClient, gather, type Run } from '../cli.ts';
import type { Client } from '../client.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { bytesInHand } from '../gate/inHand.ts';
import { judgeOffline } from '../gate/offline.ts';
import { gateJunit, gateSarif, gateText } from '../gate/reports.ts';
import { type Answered, GATE, type GateReport, heldAgainst, reportOf, unproven } from '../gate/verdict.ts';
import { VERSION_ARGUMENT, variablesOf } from '../models/reference.ts';

interface CheckOptions {
  readonly stage: string;
  readonly artifact?: readonly string[];
  readonly attestation?: string;
  readonly saveAttestation?: string;
  readonly key?: readonly string[];
  readonly for: number;
  readonly wait?: boolean;
  readonly timeout: number;
  readonly sarif?: boolean;
  readonly junit?: boolean;
}

const POLL_MS = 2_000;
const DAY_SECONDS = 86_400;

export const gateCommand = (): Command =>
  new Command('gate').description('Stop what is not approved before it reaches production').addCommand(check());

const check = (): Command =>
  new Command('check')
    .description('Ask whether a version may run in a stage; exits with 1 when it may not, and says why')
    .argument('<model@version>', VERSION_ARGUMENT)
    .option('--stage <stage>', 'where it is to run', 'production')
    .option(
      '--artifact <file|folder>',
      'a local file that must be one of the approved ones, byte by byte, or a folder that must have all of them and no others; may be repeated',
      gather,
    )
    .option('--attestation <file>', 'decide by this attestation alone, without a server; needs --key')
    .option('--save-attestation <file>', 'keep the attestation, for a later check without a server')
    .option('--key <vkey>', 'the key that attestations must be signed with; may be repeated', gather)
    .option('--for <seconds>', 'how long the attestation may be good for', secondsArgument, DAY_SECONDS)
    .option('--wait', 'wait while reviewers decide')
    .option('--timeout <seconds>', 'for how long', secondsArgument, 600)
    .option('--sarif', 'print SARIF 2.1.0')
    .option('--junit', 'print JUnit XML')
    .action((written: string, options: CheckOptions, command: Command) => {
      const { attestation } = options;
      return attestation === undefined
        ? actWithClient(command, (client, run) => checkOnline(client, run, written, options))
        : act(command, (run) => checkOffline(run, written, options, attestation));
    });

async function checkOnline(client: Client, run: Run, written: string, options: CheckOptions): Promise<ExitCode> {
  const { artifact = [], key = [], stage, saveAttestation } = options;
  const named = variablesOf(written);
  if (key.length > 0 && !('number' in named))
    throw badInput('With --key nobody is believed what an id or an alias stands for. Write model and number: churn@2.');
  const answer = await answerOf(client, run, written, options);
  const { attestation, modelVersion } = answer;
  const { model = modelVersion.model?.name ?? '', number = modelVersion.number } = named;
  // Whatever stands between may have put the answer to another question here.
  const asked = { model: String(model), version: Number(number), stage, at: instantNow(), inHand: await bytesInHand(artifact) };
  const answered = reportOf(answer);
  const report =
    attestation === null
      ? unproven(answered, asked, [key, artifact].some(({ length }) => length > 0) || saveAttestation !== undefined)
      : heldAgainst(
          answered,
          readAttestation(attestation, (key.length === 0 ? [answer.verifierKey] : key).map(parseVerifierKey)),
          asked,
        );
  if (report.isAllowed && saveAttestation !== undefined && attestation !== null)
    await writeFile(saveAttestation, `${attestation}\n`);
  return show(run, report, options);
}

async function answerOf(client: Client, { terminal }: Run, written: string, options: CheckOptions): Promise<Answered> {
  const variables = { ...variablesOf(written), stage: options.stage, seconds: options.for, readBytes: true };
  const deadline = Date.now() + options.timeout * 1_000;
  for (;;) {
    const { gate } = await client.ask(GATE, { variables });
    if (gate === null) throw notFound(`The model version ${written}`);
    const left = deadline - Date.now();
    if (options.wait !== true || gate.code !== 'PENDING' || left <= 0) return gate;
    terminal.progress.show({
      what: 'Waiting for reviewers',
      done: options.timeout - Math.ceil(left / 1_000),
      total: options.timeout,
    });
    await sleep(Math.min(POLL_MS, left));
  }
}

async function checkOffline(run: Run, written: string, options: CheckOptions, attestation: string): Promise<ExitCode> {
  const { artifact = [], key = [], stage, wait } = options;
  if (key.length === 0)
    throw badInput(
      'Give --key: an attestation proves nothing to who does not know its key. `cadastre audit checkpoint` prints it.',
    );
  if (wait === true) throw badInput('--wait needs a server: leave --attestation out.');
  const { model, number } = variablesOf(written);
  if (typeof model !== 'string' || typeof number !== 'number')
    throw badInput('Without a server nobody knows what an id or an alias stands for. Write model and number: churn@2.');
  return show(run, await judgeOffline({ model, version: number, stage, attestation, keys: key, artifacts: artifact }), options);
}

function show({ terminal, show: print }: Run, report: GateReport, { sarif, junit }: CheckOptions): ExitCode {
  if (sarif === true) terminal.print(JSON.stringify(gateSarif(report), null, 2));
  else if (junit === true) terminal.print(gateJunit(report));
  else print(report, () => gateText(report, terminal.bold));
  return report.isAllowed ? EXIT.ok : EXIT.refused;
}

function secondsArgument(text: string): number {
  if (/^\d{1,7}$/.test(text) && Number(text) >= 1) return Number(text);
  throw new InvalidArgumentError('Write a number of seconds, e.g. 600.');
}
