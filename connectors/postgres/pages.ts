/** Something to be read in pages, with a measure of how much each will bring. */
interface Weighed {
  readonly width: number;
}

export interface PageBounds {
  readonly items: number;
  readonly width: number;
}

/** Bounded by number and by columns, so that a schema of very wide tables takes no more memory than one of narrow ones. */
export const PAGE: PageBounds = { items: 1_000, width: 50_000 };

/** Cuts a list into pages within both bounds; an item wider than a page gets one of its own. */
export function* pagesOf<Item extends Weighed>(items: readonly Item[], bounds: PageBounds): Generator<readonly Item[]> {
  let page: Item[] = [];
  let width = 0;
  for (const item of items) {
    if (page.length > 0 && (page.length === bounds.items || width + item.width > bounds.width)) {
      yield page;
      page = [];
      width = 0;
    }
    page.push(item);
    width += item.width;
  }
  if (page.length > 0) yield page;
}
