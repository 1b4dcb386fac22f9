import { Command } from 'commander';
import { badInput } from '../../kernel/fault.ts';
import { dialectOfAdapter } from '../../lineage/dbt/platform.ts';
import type { DbtProject } from '../../lineage/dbt/project.ts';
import type { Impact } from '../../lineage/impact/impact.ts';
import { type Analysis, manifestImpact, schemaImpact } from '../../lineage/impact/manifestImpact.ts';
import { act } from '../cli.ts';
import { EXIT } from '../exitCode.ts';
import { impactText } from '../impact/impactText.ts';
import { readSchema, readState } from '../impact/readStates.ts';
import { openAnalyzer } from '../ingest/openAnalyzer.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface ImpactOptions {
  readonly manifest?: readonly string[];
  readonly catalog?: readonly string[];
  readonly schema?: readonly string[];
  readonly dialect?: string;
}

export const impactCommand = (): Command =>
  new Command('impact')
    .description('Say what a change breaks downstream; needs no server; exits with 1 when something breaks')
    .option(
      '--manifest <files...>',
      'two manifests of dbt, the old and the new; or, beside --schema, the one to look for readers in',
    )
    .option('--catalog <files...>', 'the catalogs of the same states, for types and for columns that nobody wrote down')
    .option(
      '--schema <files...>',
      'two files of tables, the old and the new: {"shop.public.orders": {"amount": "decimal(10,2)"}}',
    )
    .option('--dialect <dialect>', 'of the SQL in the manifests; that of their adapter unless given')
    .action((options: ImpactOptions, command: Command) =>
      act(command, async ({ terminal, show }) => {
        const impact = await impactFor(options, terminal);
        show(impact, () => impactText(impact, terminal.bold));
        return impact.breaking ? EXIT.refused : EXIT.ok;
      }),
    );

async function impactFor(options: ImpactOptions, terminal: Terminal): Promise<Impact> {
  const { manifest = [], catalog = [], schema = [], dialect } = options;
  const [old, young] = schema.length > 0 ? schema : manifest;
  const wellFormed =
    schema.length > 0
      ? schema.length === 2 && manifest.length < 2 && catalog.length < 2
      : manifest.length === 2 && [0, 2].includes(catalog.length);
  if (!wellFormed || old === undefined || young === undefined) throw badInput(USAGE);
  if (schema.length === 0) {
    const [before, after] = [await readState(old, catalog[0]), await readState(young, catalog[1])];
    return manifestImpact(before, after, await analysisOf(after, dialect, terminal));
  }
  const [of] = manifest;
  const project = of === undefined ? null : await readState(of, catalog[0]);
  const readers = project === null ? null : { project, analysis: await analysisOf(project, dialect, terminal) };
  return schemaImpact(await readSchema(old), await readSchema(young), readers);
}

const USAGE =
  'Name two states: --manifest old.json new.json (and, if you like, --catalog old.json new.json), or --schema old.json new.json (and, to find readers, --manifest manifest.json).';

const analysisOf = async (project: DbtProject, dialect: string | undefined, { progress }: Terminal): Promise<Analysis> => ({
  dialect: dialect ?? dialectOfAdapter(project.adapter),
  analyze: await openAnalyzer(project.rule),
  onProgress: (done, total) => progress.show({ what: 'Reading SQL', done, total }),
});
