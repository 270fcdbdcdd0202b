// Open pages that show what happens elsewhere, and ask for nothing while nothing happens.

import type { Page } from '@playwright/test';
import { aTitle, expect, test } from '../fixtures';

/** Counts what a page asks the shop for from now on. */
function questions(page: Page) {
  const asked: string[] = [];
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (path.startsWith('/fn/')) asked.push(path);
  });
  return asked;
}

/** Waits until the page is told of changes, and has asked for those before that. */
async function isTold(asked: string[]) {
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  asked.length = 0;
}

test('an open ticket page shows what happens elsewhere, and asks once for each change', async ({ visitor, buyer, ticket }) => {
  const asked = questions(visitor.page);
  await visitor.open(ticket);
  await isTold(asked);
  const order = await buyer.orders(ticket);
  await expect(visitor.badge).toHaveText('Held');
  await buyer.pays(order);
  await expect(visitor.badge).toHaveText('Sold');
  expect(asked).toEqual(['/fn/renew-ticket', '/fn/renew-ticket']);
});

test('a title that its seller changes is changed on the page and in the tab', async ({ visitor, seller, ticket }) => {
  await visitor.open(ticket);
  const title = aTitle('Renamed');
  await seller.edits(ticket, title, '20');
  await expect(visitor.page.getByRole('heading', { level: 1 })).toHaveText(title);
  await expect(visitor.page).toHaveTitle(`${title} – Ticketing`);
});

test('an order that is cancelled in another tab is cancelled here', async ({ buyer, ticket }) => {
  const asked = questions(buyer.page);
  const order = await buyer.orders(ticket);
  await buyer.open(order);
  await expect(buyer.payButton).toBeEnabled();
  await isTold(asked);
  await buyer.cancels(order);
  await expect(buyer.badge).toHaveText('Cancelled');
});

test('a buyer sees the ticket when its seller deposits it', async ({ seller, buyer, ticket }) => {
  const order = await buyer.orders(ticket);
  await buyer.pays(order);
  const asked = questions(buyer.page);
  await buyer.open(order);
  await isTold(asked);
  await expect(buyer.page.getByText('has not deposited the ticket yet')).toBeVisible();
  await seller.deposits(ticket, 'GATE-7-4711');
  await expect(buyer.page.getByText('GATE-7-4711')).toBeVisible();
});

test('a page that cannot be told of changes looks for them', async ({ visitor, buyer, ticket }) => {
  await visitor.page.route('**/live?*', (route) => route.fulfill({ status: 503, body: '' }));
  visitor.expects(503);
  await visitor.open(ticket);
  await expect(visitor.buyButton).toBeVisible();
  await buyer.orders(ticket);
  await expect(visitor.badge).toHaveText('Held');
});

test('a page that was left, and could not be told, is not told later', async ({ visitor: { page }, visitor, ticket }) => {
  const asked: string[] = [];
  await page.route('**/live?*', (route) => {
    asked.push(route.request().url());
    return route.fulfill({ status: 503, body: '' });
  });
  visitor.expects(503);
  await page.clock.install();
  await visitor.open(ticket);
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  await visitor.link('How it works').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How it works');
  asked.length = 0;
  await page.clock.runFor(30_000);
  // The front page is told of all tickets: its question comes after any other.
  await page.getByRole('banner').getByRole('link', { name: 'Ticketing' }).click();
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  expect(asked[0]).toContain('of=tickets');
});

test('a page in the background asks for nothing, and is up to date when it is shown again', async ({ visitor, buyer, ticket }) => {
  const asked = questions(visitor.page);
  await visitor.open(ticket);
  await isTold(asked);
  await show(visitor.page, false);
  // Another page that is told of the same change shows that this one would have been, too.
  const other = await visitor.context.newPage();
  await visitor.open(ticket, other);
  await buyer.orders(ticket);
  await expect(other.locator('main .badge')).toHaveText('Held');
  expect(asked).toEqual([]);
  await show(visitor.page, true);
  await expect(visitor.badge).toHaveText('Held', { timeout: 1_000 });
});

/** Moves a page into the background, or back. */
async function show(page: Page, visible: boolean) {
  await page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, visible ? 'visible' : 'hidden');
}

test('the seller sees at once that a buyer holds a ticket', async ({ seller, buyer }) => {
  const title = aTitle();
  const ticket = await seller.lists(title);
  const asked = questions(seller.page);
  await seller.open('/tickets/mine');
  await isTold(asked);
  await buyer.orders(ticket);
  await expect(seller.page.locator('.ticket', { hasText: title })).toContainText('Held by a buyer');
});
