import { randomUUID } from 'node:crypto';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { begunHome, type GraphqlReply, startEmpty } from '../e2e/running.ts';
import { MlflowClient } from './mlflow.ts';

/** A server, and a client of MLflow that points at it. */
export interface Mlflow {
  readonly cadastre: Cadastre;
  /** The operator's. */
  readonly client: MlflowClient;
  /** Asks the graph; the operator does, unless another token is given. */
  ask(query: string, variables?: object, token?: string): Promise<GraphqlReply['body']>;
  /** Runs `work` while no approval policy guards production. */
  withoutGuards(work: () => Promise<void>): Promise<void>;
}

export async function startMlflow(atEnd: (stop: () => Promise<void>) => void): Promise<Mlflow> {
  const cadastre = await startEmpty(await begunHome(atEnd), {}, { load: loadAllSubgraphs });
  atEnd(() => cadastre.stop());
  const ask: Mlflow['ask'] = async (query, variables = {}, token = cadastre.admin.token) => {
    const response = await fetch(`${cadastre.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = JSON.parse(await response.text());
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  return {
    cadastre,
    client: new MlflowClient(cadastre.url, cadastre.admin.token),
    ask,
    withoutGuards: async (work) => {
      const { approvalPolicy } = await ask('{ approvalPolicy(name: "production") { document } }');
      await ask(
        `mutation { retireApprovalPolicy(input: { idempotencyKey: "${randomUUID()}", name: "production", reason: "A test." }) { __typename } }`,
      );
      await work();
      const input = { idempotencyKey: randomUUID(), name: 'production', reason: 'A test.', document: approvalPolicy.document };
      await ask('mutation($input: SetApprovalPolicyInput!) { setApprovalPolicy(input: $input) { __typename } }', { input });
    },
  };
}
