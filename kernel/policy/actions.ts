/** On what an action is decided: the installation as a whole, or one asset or model by its facts. */
export type ActionScope = 'system' | 'asset' | 'model';

/** What a principal may want to do. Each action is decided either for the whole installation or asset by asset, or model by model. */
export const ACTIONS = {
  'catalog.browse': { on: 'system', text: 'See sources, crawls, tags and jobs.' },
  'catalog.read': { on: 'asset', text: 'Find an asset and read what is known of it.' },
  'catalog.readDefinition': {
    on: 'asset',
    text: 'Read the SQL of an asset: definitions, defaults, expressions and queries, which may hold values or credentials.',
  },
  'catalog.curate': {
    on: 'asset',
    text: 'Set owners, tags, descriptions, terms and lineage of an asset; change a glossary term or a data product.',
  },
  'catalog.attachEvidence': {
    on: 'asset',
    text: 'Say what was measured of a dataset, a glossary term or a data product, for approval policies to hold it against thresholds.',
  },
  'catalog.manageTags': { on: 'system', text: 'Make and remove tags.' },
  'catalog.manageGlossary': { on: 'system', text: 'Make glossary terms and data products.' },
  'catalog.crawl': { on: 'system', text: 'Start, release and cancel crawls.' },
  'catalog.releaseCrawl': { on: 'system', text: 'Decide about a crawl that is held because too much vanished.' },
  'catalog.ingest': { on: 'system', text: 'Push metadata of tools.' },
  'catalog.manageSources': { on: 'system', text: 'Add, change and remove sources.' },
  'audit.read': { on: 'system', text: 'Read the audit trail, its proofs and its exports.' },
  'audit.readDetail': { on: 'system', text: 'Read the values behind audit events, which may be personal data.' },
  'audit.manage': { on: 'system', text: 'Erase what must be forgotten.' },
  'identity.read': { on: 'system', text: 'See people, teams and services by name.' },
  'identity.readEmail': { on: 'system', text: 'See e-mail addresses.' },
  'identity.rotateOwnKey': { on: 'system', text: 'Replace access keys of one’s own.' },
  'identity.manage': { on: 'system', text: 'Make people, teams, services and keys.' },
  'registry.browse': { on: 'system', text: 'See experiments and runs.' },
  'registry.create': { on: 'system', text: 'Make models, experiments and runs.' },
  'registry.read': { on: 'model', text: 'Find a model and read its versions, artifacts, evidence and stages.' },
  'registry.write': {
    on: 'model',
    text: 'Add versions, artifacts, evidence, bindings, tags and unguarded aliases to a model, and describe it.',
  },
  'registry.promote': { on: 'model', text: 'Bring an approved version of a model into a stage, or an earlier one back.' },
  'registry.breakGlass': {
    on: 'model',
    text: 'Bring a version into a stage in an emergency, without approval and for at most a day.',
  },
  'approval.read': { on: 'system', text: 'Read approval policies, requests and decisions.' },
  'approval.request': { on: 'system', text: 'Ask for approval, and withdraw what one has asked for.' },
  'approval.decide': { on: 'system', text: 'Decide about requests, where an approval policy names one as reviewer.' },
  'approval.manage': { on: 'system', text: 'Write approval policies, and revoke approvals.' },
  'webhook.manage': { on: 'system', text: 'Make, change and replay webhooks.' },
  'policy.read': { on: 'system', text: 'Read policies, and explain the access of others.' },
  'policy.manage': { on: 'system', text: 'Propose and approve policies.' },
} as const satisfies Record<string, { readonly on: ActionScope; readonly text: string }>;

export type Action = keyof typeof ACTIONS;

/** What is made in the catalog itself and stands for no asset. */
export const GLOSSARY_TYPES = ['GlossaryTerm', 'DataProduct'] as const;
/** Types of what the catalog has facts of; a column is decided with its dataset. */
export const ASSET_TYPES = ['Container', 'Dataset', 'Dashboard', ...GLOSSARY_TYPES] as const;
export const MODEL_TYPES = ['Model'] as const;
export type AssetType = (typeof ASSET_TYPES)[number] | (typeof MODEL_TYPES)[number];

/**
 * What only the built-in policies decide: whoever wrote a policy that denies everything can still repair it, and nobody
 * can grant themselves the right to write policies.
 */
export const BUILT_IN_ONLY: ReadonlySet<Action> = new Set(['policy.read', 'policy.manage']);

export const isAction = (text: string): text is Action => Object.hasOwn(ACTIONS, text);
