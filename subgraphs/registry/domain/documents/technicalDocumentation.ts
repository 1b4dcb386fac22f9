import { type Digest, digestOf } from '../../../../kernel/canonical.ts';
import { ANNEX_IV, type Part } from './annexIv.ts';
import type { Facts, Gap, Source } from './facts.ts';
import { bullets, code, plain } from './markdown.ts';

export interface DocumentationSection {
  readonly number: number;
  readonly title: string;
  readonly status: 'COMPLETE' | 'PARTIAL' | 'MISSING';
  readonly text: string;
  readonly sources: readonly Source[];
  readonly gaps: readonly Gap[];
}

export interface TechnicalDocumentation {
  readonly sections: readonly DocumentationSection[];
  /** Equal facts make equal documents: there is no time of writing in it. */
  readonly digest: Digest;
  readonly markdown: string;
}

const SOURCES_MAX = 500;

/** Technical documentation after Annex IV of the EU AI Act: what the graph knows, and the name of everything that it does not. */
export function technicalDocumentation(facts: Facts): TechnicalDocumentation {
  const sections = ANNEX_IV.map((part) => section(part, facts));
  return { sections, digest: digestOf(sections), markdown: markdownOf(facts, sections) };
}

function section({ number, title, items }: Part, facts: Facts): DocumentationSection {
  const looked = items.map((item) => ({ item, found: item.find(facts) }));
  const there = looked.flatMap(({ item, found }) => (found === null ? [] : [{ title: item.title, ...found }]));
  const gaps = looked.flatMap(({ item, found }) => (found === null ? [item.gap(facts)] : []));
  return {
    number,
    title,
    status: there.length === 0 ? 'MISSING' : gaps.length === 0 ? 'COMPLETE' : 'PARTIAL',
    text: there.map((one) => `### ${one.title}\n\n${one.text}`).join('\n\n'),
    sources: unique(there.flatMap(({ sources }) => sources)).slice(0, SOURCES_MAX),
    gaps,
  };
}

const unique = (sources: readonly Source[]): readonly Source[] => [
  ...new Map(sources.map((source) => [`${source.type} ${source.id}`, source])).values(),
];

const STATUS_TEXT = {
  COMPLETE: 'Everything that was looked for is there. Whether it is enough is for people to say.',
  PARTIAL: 'Some of it is missing.',
  MISSING: 'Nothing of it is there.',
} as const;

function markdownOf({ model, version }: Facts, sections: readonly DocumentationSection[]): string {
  const parts = sections.map(({ number, title, status, text, gaps }) =>
    [
      `## ${number}. ${title}`,
      STATUS_TEXT[status],
      ...(text === '' ? [] : [text]),
      ...(gaps.length === 0
        ? []
        : [`### Missing\n\n${bullets(gaps.map(({ missing, help }) => `**${missing}**: ${code(help)}`))}`]),
    ].join('\n\n'),
  );
  const head = `# Technical documentation of ${plain(model.name)}, version ${version.number}`;
  const digest =
    version.digest === null ? 'It is a draft: what it describes may still change.' : `It describes ${code(version.digest)}.`;
  return `${[head, digest, ...parts].join('\n\n')}\n`;
}
