import { randomUUID } from 'node:crypto';
import type { Database } from '../kernel/db/database.ts';
import { internalRequest } from '../kernel/identity/internal.ts';
import type { Context } from '../subgraphs/catalog/context.ts';
import { setDescription } from '../subgraphs/catalog/service/setDescription.ts';
import { testCatalog } from '../test/support/catalog.ts';
import { container, scriptedConnector, table } from '../test/support/scriptedConnector.ts';

const TABLES = 500;
const SCHEMA = ['shop', 'public'];

/** A write of the product: the description of a dataset, by the service that the mutation calls. */
export interface Describing {
  describe(writer: number, n: number): Promise<void>;
  stop(): Promise<void>;
}

export async function crawledForDescribing(db: Database): Promise<Describing> {
  const names = Array.from({ length: TABLES }, (_, n) => `table_${n}`);
  const scopes = [
    { scope: [], records: [container('shop'), container(...SCHEMA)] },
    { scope: SCHEMA, records: names.map((name) => table([...SCHEMA, name], ['id', 'name', 'price'])) },
  ];
  const { subgraph, addSource, crawl } = await testCatalog(db, { script: scriptedConnector({ shop: { scopes } }) });
  await addSource('shop', 'script://shop');
  await crawl('shop');
  return {
    describe: async (writer, n) => {
      const name = names[(writer * 7_919 + n * 104_729) % TABLES];
      const answer = await setDescription(subgraph.context(internalRequest('describe')) as Context, {
        idempotencyKey: randomUUID(),
        urn: `urn:cadastre:dataset:postgres://shop:5432,${SCHEMA.join('.')}.${name}`,
        text: `What ${writer} says for the ${n}th time.`,
      });
      if (answer.__typename !== 'DescriptionSet') throw new Error(JSON.stringify(answer));
    },
    stop: () => subgraph.stop(),
  };
}
