import { createServer, type Server } from 'node:http';
import { type DocumentNode, execute, parse, validate } from 'graphql';
import { schemaOf, SUBGRAPH_NAMES, type SubgraphName } from './engineGraph.ts';

/** The child process of the benchmark: every subgraph behind HTTP, and its CPU time on request. */
function serve(name: SubgraphName): Server {
  const schema = schemaOf(name);
  const documents = new Map<string, DocumentNode>();
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { query, variables }: { query: string; variables: Record<string, unknown> } = JSON.parse(
        Buffer.concat(chunks).toString('utf8'),
      );
      // Any server keeps parsed documents, so this one does, too.
      const document = documents.get(query) ?? parse(query, { noLocation: true });
      if (!documents.has(query)) {
        const errors = validate(schema, document);
        if (errors.length > 0) console.error(name, errors[0]?.message, query);
        documents.set(query, document);
      }
      void Promise.resolve(execute({ schema, document, variableValues: variables })).then((result) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
      });
    });
  });
}

async function main(): Promise<void> {
  const urls: Record<string, string> = {};
  for (const name of SUBGRAPH_NAMES) {
    const server = serve(name);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address !== null && typeof address !== 'string') urls[name] = `http://127.0.0.1:${address.port}/graphql`;
  }
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000 });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ urls });
}

await main();
