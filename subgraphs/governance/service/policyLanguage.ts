import { ACTIONS } from '../../../kernel/policy/actions.ts';
import { BUILT_IN_POLICIES } from '../../../kernel/policy/builtIn.ts';
import { cedarVersion } from '../../../kernel/policy/cedar.ts';
import { CEDAR_SCHEMA } from '../../../kernel/policy/cedarSchema.ts';

/** What policies are written in and against. */
export const policyLanguage = () => ({
  cedar: cedarVersion(),
  schema: CEDAR_SCHEMA,
  builtIn: BUILT_IN_POLICIES,
  actions: Object.entries(ACTIONS).map(([name, { on, text }]) => ({ name, description: text, perAsset: on !== 'system' })),
});
