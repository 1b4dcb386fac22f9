import type { Command } from 'commander';

type Make = () => Command;

/** Commands by their names, in the order in which help lists them. */
const COMMANDS: Readonly<Record<string, () => Promise<Make>>> = {
  up: async () => (await import('./commands/up.ts')).upCommand,
  sources: async () => (await import('./commands/sources.ts')).sourcesCommand,
  crawl: async () => (await import('./commands/crawl.ts')).crawlCommand,
  crawls: async () => (await import('./commands/crawls.ts')).crawlsCommand,
  ingest: async () => (await import('./commands/ingest.ts')).ingestCommand,
  gate: async () => (await import('./commands/gate.ts')).gateCommand,
  models: async () => (await import('./commands/models.ts')).modelsCommand,
  approvals: async () => (await import('./commands/approvals.ts')).approvalsCommand,
  impact: async () => (await import('./commands/impact.ts')).impactCommand,
  search: async () => (await import('./commands/search.ts')).searchCommand,
  asset: async () => (await import('./commands/asset.ts')).assetCommand,
  assets: async () => (await import('./commands/assets.ts')).assetsCommand,
  owners: async () => (await import('./commands/owners.ts')).ownersCommand,
  describe: async () => (await import('./commands/describe.ts')).describeCommand,
  tag: async () => (await import('./commands/tag.ts')).tagCommand,
  audit: async () => (await import('./commands/audit.ts')).auditCommand,
  lineage: async () => (await import('./commands/lineage.ts')).lineageCommand,
  jobs: async () => (await import('./commands/jobs.ts')).jobsCommand,
  login: async () => (await import('./commands/login.ts')).loginCommand,
  logout: async () => (await import('./commands/logout.ts')).logoutCommand,
  users: async () => (await import('./commands/users.ts')).usersCommand,
  teams: async () => (await import('./commands/teams.ts')).teamsCommand,
  keys: async () => (await import('./commands/keys.ts')).keysCommand,
  policies: async () => (await import('./commands/policies.ts')).policiesCommand,
  access: async () => (await import('./commands/access.ts')).accessCommand,
  webhooks: async () => (await import('./commands/webhooks.ts')).webhooksCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  schema: async () => (await import('./commands/schema.ts')).schemaCommand,
  supergraph: async () => (await import('./commands/supergraph.ts')).supergraphCommand,
  subgraph: async () => (await import('./commands/subgraph.ts')).subgraphCommand,
  gateway: async () => (await import('./commands/gateway.ts')).gatewayCommand,
};

const WITH_VALUE = ['--url', '--token', '--home'];

/** Loads the command that is called and no other, since loading all takes longer than most of them do; for help, and for a mistake, all. */
export async function commandsFor(args: readonly string[]): Promise<readonly Command[]> {
  const called = COMMANDS[calledName(args) ?? ''];
  const makes = await Promise.all((called === undefined ? Object.values(COMMANDS) : [called]).map((load) => load()));
  return makes.map((make) => make());
}

/** The first word that is no option; undefined where help is asked before it. */
function calledName(args: readonly string[]): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '-h' || word === '--help') return undefined;
    if (WITH_VALUE.includes(word)) i++;
    else if (!word.startsWith('-')) return Object.hasOwn(COMMANDS, word) ? word : undefined;
  }
  return undefined;
}
