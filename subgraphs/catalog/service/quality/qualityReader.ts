import type { Database } from '../../../../kernel/db/database.ts';
import { loaderBy } from '../../../../kernel/loader.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { DatasetStatistics, No } from '../../domain/asset.ts';
import type { DatasetQuality, Metric, QualityResult, QualitySignal } from '../../domain/quality.ts';
import { measurementsOf, type WantedMeasurements } from '../../store/measurements.ts';
import { metricsOf, type WantedMetrics } from '../../store/metrics.ts';
import { qualityOf, resultsOf, signalsOf, type WantedResults, type WantedSignals } from '../../store/qualitySignals.ts';
import { pageLoader } from '../read/pageLoader.ts';

/** Reads checks and metrics as they are, or as they were at one moment, batched over one request. */
export interface QualityReader {
  /** Of a dataset that the caller may see. */
  quality(datasetNo: No): Promise<DatasetQuality | null>;
  signals(wanted: WantedSignals): Promise<readonly QualitySignal[]>;
  results(wanted: WantedResults): Promise<readonly QualityResult[]>;
  metrics(wanted: WantedMetrics): Promise<readonly Metric[]>;
  measurements(wanted: WantedMeasurements): Promise<readonly DatasetStatistics[]>;
  /** Forgets what was read, after a write. */
  forget(): void;
}

export function qualityReader(db: Database, visible: () => Promise<Bitmap>, at: Instant | null): QualityReader {
  const quality = loaderBy<No, DatasetQuality | null>((nos) => qualityOf(db, nos, at), null);
  const signals = pageLoader((wanted: readonly WantedSignals[]) => signalsOf(db, wanted, at));
  const results = pageLoader((wanted: readonly WantedResults[]) => resultsOf(db, wanted, at));
  const metrics = pageLoader(async (wanted: readonly WantedMetrics[]) => metricsOf(db, wanted, await visible(), at));
  const measurements = pageLoader((wanted: readonly WantedMeasurements[]) => measurementsOf(db, wanted, at));
  return {
    quality: (no) => quality.load(no),
    signals: (wanted) => signals.load(wanted),
    results: (wanted) => results.load(wanted),
    metrics: (wanted) => metrics.load(wanted),
    measurements: (wanted) => measurements.load(wanted),
    forget: () => {
      for (const loader of [signals, results, metrics, measurements]) loader.clearAll();
      quality.clearAll();
    },
  };
}
