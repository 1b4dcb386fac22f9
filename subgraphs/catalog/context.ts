import type DataLoader from 'dataloader';
import type { RequestContext } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/db/database.ts';
import type { Kernel } from '../../kernel/graph/subgraph.ts';
import { loaderBy } from '../../kernel/loader.ts';
import { decide } from '../../kernel/policy/decision.ts';
import type { ClassFacts } from '../../kernel/policy/facts.ts';
import { visible, type Bitmap } from '../../kernel/policy/visible.ts';
import type { Crawl, Source } from './domain/source.ts';
import type { No, Tag } from './domain/asset.ts';
import type { QueryReport } from './domain/lineage/statement.ts';
import { asOfReader } from './service/read/asOfReader.ts';
import type { AssetReader } from './service/read/assetReader.ts';
import { currentReader } from './service/read/currentReader.ts';
import { qualityReader, type QualityReader } from './service/quality/qualityReader.ts';
import type { ConnectorShelf } from './service/connectors.ts';
import type { Impact } from './service/lineage/impact.ts';
import type { KeptResults } from './service/lineage/keptResults.ts';
import type { MemoryLineage } from './service/lineage/memoryIndex.ts';
import { anyEdgeDetails } from './service/lineage/edgeDetails.ts';
import { glossaryReader, type GlossaryReader } from './service/glossary/glossaryReader.ts';
import { jobReader, type JobReader } from './service/jobs/jobReader.ts';
import type { EdgeDetail } from './store/lineageEdges.ts';
import { classesOfNumbers } from './store/classesOfNumbers.ts';
import { crawlsById } from './store/crawls.ts';
import { usageByKey, type DatasetUsage } from './store/datasetUsage.ts';
import { queryReports } from './store/queryReports.ts';
import { assetCounts, sourcesById } from './store/sources.ts';
import { tagsById } from './store/tags.ts';

/** What the catalog's resolvers get with each request. */
export interface Context {
  readonly kernel: Kernel;
  readonly request: RequestContext;
  readonly connectors: ConnectorShelf;
  /** The present, or the moment that the request asks for. */
  readonly reader: AssetReader;
  /** Checks and metrics, of the same moment. */
  readonly quality: QualityReader;
  /** Terms and products, of the present. */
  readonly glossary: GlossaryReader;
  readonly visible: () => Promise<Bitmap>;
  readonly sources: DataLoader<string, Source | null>;
  readonly crawls: DataLoader<string, Crawl | null>;
  readonly tags: DataLoader<string, Tag | null>;
  readonly assetCounts: DataLoader<string, { readonly assets: number } | null>;
  /** What policies may ask about an asset or a column. */
  readonly classes: DataLoader<No, ClassFacts | null>;
  /** The current lineage graph; every request of the process shares it. */
  readonly memory: MemoryLineage;
  /** Impacts of which further pages may be asked for. */
  readonly impacts: KeptResults<Impact>;
  readonly lineageEdges: DataLoader<string, EdgeDetail | null>;
  readonly jobs: JobReader;
  readonly queryReports: DataLoader<string, QueryReport | null>;
  /** By `<days> <number of a dataset>`. */
  readonly datasetUsage: DataLoader<string, DatasetUsage | null>;
  /** Wakes the crawl worker. */
  readonly knock: () => void;
  /** Forgets what this request has read; called after it wrote. */
  readonly forget: () => void;
}

/** What all requests of one process share. */
export interface Shared {
  readonly kernel: Kernel;
  readonly connectors: ConnectorShelf;
  readonly memory: MemoryLineage;
  readonly impacts: KeptResults<Impact>;
  readonly knock: () => void;
}

export function createContext({ kernel, connectors, memory, impacts, knock }: Shared, request: RequestContext): Context {
  const { db } = kernel;
  let bitmap: Promise<Bitmap> | null = null;
  const mayRead = (): Promise<Bitmap> => (bitmap ??= visible(db, request, 'catalog.read'));
  const reader = request.asOf === null ? currentReader(db, mayRead) : asOfReader(db, mayRead, request.asOf);
  // Whatever is reached by id is reached by references from other subgraphs too, past every field that could ask.
  const isReader = decide(request, 'catalog.browse').effect === 'allow';
  const readable = <T extends { readonly id: string }>(
    rows: (db: Queryable, ids: readonly string[]) => Promise<readonly T[]>,
  ): DataLoader<string, T | null> => loaderBy<string, T | null>(async (ids) => byId(isReader ? await rows(db, ids) : []), null);
  const quality = qualityReader(db, mayRead, request.asOf);
  const glossary = glossaryReader(db, mayRead);
  const sources = readable(sourcesById);
  const crawls = readable(crawlsById);
  return {
    kernel,
    request,
    connectors,
    memory,
    impacts,
    knock,
    lineageEdges: readable(anyEdgeDetails),
    jobs: jobReader(db, request, mayRead),
    queryReports: readable(queryReports),
    datasetUsage: readable(usageByKey),
    visible: mayRead,
    reader,
    quality,
    glossary,
    sources,
    crawls,
    tags: readable(tagsById),
    assetCounts: readable(async (_, ids) => assetCounts(db, ids, await mayRead())),
    classes: loaderBy<No, ClassFacts | null>((nos) => classesOfNumbers(db, nos), null),
    forget: () => {
      // Rights too: the write may have made a class of resources that the bitmap does not know.
      bitmap = null;
      reader.forget();
      quality.forget();
      glossary.forget();
      sources.clearAll();
      crawls.clearAll();
    },
  };
}

const byId = <T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [row.id, row]));
