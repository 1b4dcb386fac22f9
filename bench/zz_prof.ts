import { compiledInProcess, inProcess, ours, supergraphFor } from './engineCandidates.ts';
const sdl = supergraphFor({ catalog: 'http://a', labeling: 'http://b', registry: 'http://c' });
const c = process.argv[2] === 'jit' ? ours('x', sdl, compiledInProcess) : ours('x', sdl, inProcess);
const go = async (n: number) => { for (let i = 0; i < n; i++) await c.run({ first: 20, skip: i % 300 }); };
await go(500); const b = process.cpuUsage(); await go(2000); const { user, system } = process.cpuUsage(b); console.log(((user + system) / 1000 / 2000).toFixed(3), 'ms');
