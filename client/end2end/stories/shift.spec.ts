// Nothing moves by itself while a page comes to life.

import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import type { Shopper } from '../shopper';

for (const viewport of [{ width: 375, height: 812 }, { width: 1280, height: 800 }]) {
  test.describe(`at ${viewport.width} pixels`, () => {
    test.use({ viewport });

    test('pages do not shift', async ({ visitor, seller, buyer, ticket }) => {
      const order = await buyer.orders(await seller.lists('Another'));
      const pages: [Shopper, string][] = [
        [visitor, '/'],
        [visitor, ticket],
        [visitor, '/about/how-it-works'],
        [seller, ticket],
        [seller, '/tickets/mine'],
        [buyer, order],
        [buyer, '/orders'],
      ];
      for (const [person, path] of pages) {
        await person.open(path);
        if (path === order) await expect(person.payButton).toBeEnabled();
        // The card's fields are Stripe's, of a height that the page does not know.
        expect(await shift(person.page), path).toBeLessThan(path === order ? 0.1 : 0.01);
      }
    });

    test('a new ticket moves no other', async ({ visitor, visitor: { page }, seller }) => {
      await visitor.open('/');
      await seller.lists('Meanwhile');
      await expect(page.getByRole('button', { name: /new tickets?, show/ })).toBeVisible();
      expect(await shift(page)).toBeLessThan(0.01);
    });
  });
}

/** The cumulative layout shift so far: https://web.dev/articles/cls. */
function shift(page: Page) {
  return page.evaluate(() => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: 'layout-shift', buffered: true });
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean };
    const shifts = (observer.takeRecords() as Shift[]).filter((entry) => !entry.hadRecentInput);
    return shifts.reduce((sum, entry) => sum + entry.value, 0);
  });
}
