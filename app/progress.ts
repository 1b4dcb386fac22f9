/** What a start does that may take a while, for whoever waits in front of a terminal. */
export type Progress =
  | { readonly step: 'migrating'; readonly name: string; readonly done: number; readonly total: number }
  | ({ readonly step: 'crawling' } & CrawlProgress);

/** How far a crawl is. */
export interface CrawlProgress {
  readonly source: string;
  /** Assets read so far, and how many there will be; null when the source did not say. */
  readonly listed: number;
  readonly expected: number | null;
}

export type OnProgress = (progress: Progress) => void;
