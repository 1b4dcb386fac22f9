import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { pagesOf } from './pages.ts';

const items = fc.array(fc.record({ width: fc.nat({ max: 30 }) }), { maxLength: 60 });

test.prop([items, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 40 })])(
  'pages keep every item in its order, and only an item that is too wide by itself breaks a bound',
  (list, count, width) => {
    const pages = [...pagesOf(list, { items: count, width })];
    expect(pages.flat()).toEqual(list);
    for (const page of pages) {
      expect(page.length).toBeLessThanOrEqual(count);
      if (page.length > 1) expect(page.reduce((sum, item) => sum + item.width, 0)).toBeLessThanOrEqual(width);
    }
  },
);
