// Pages whose program or whose payment script does not arrive, and sessions that change.

import { aTitle, anEmail, expect, test } from '../fixtures';
import { CARDS, PASSWORD } from '../shopper';

test('without its program a page says so, and its clock goes on', async ({ buyer, ticket }) => {
  test.slow();
  buyer.expects(404);
  const order = await buyer.orders(ticket);
  await buyer.page.route('**/*.wasm', (route) => route.fulfill({ status: 404 }));
  await buyer.page.goto(order);
  const first = await buyer.secondsLeft();
  await expect.poll(() => buyer.secondsLeft()).toBeLessThan(first - 1);
  await expect(buyer.page.getByText('its program did not start')).toBeVisible({ timeout: 20_000 });
  buyer.complaints.length = 0;
});

for (const [what, answer] of [
  ['is blocked', { abort: true }],
  ['is an empty stub', { body: 'window.Stripe = undefined;' }],
  ['is another program', { body: 'window.Stripe = () => ({});' }],
] as const) {
  test(`the order page says what to do when Stripe's script ${what}`, async ({ buyer, ticket }) => {
    const order = await buyer.orders(ticket);
    await buyer.page.route('**/v3/', (route) =>
      'abort' in answer ? route.abort('blockedbyclient') : route.fulfill({ contentType: 'text/javascript', body: answer.body }),
    );
    await buyer.open(order);
    await expect(buyer.alert).toContainText('The card form does not load', { timeout: 20_000 });
    await expect(buyer.payButton).toBeDisabled();
    const first = await buyer.secondsLeft();
    await expect.poll(() => buyer.secondsLeft()).toBeLessThan(first - 1);
    buyer.complaints.length = 0;
  });
}

/** Does to a page what a translator and an extension do, `before` or after it comes to life. */
function alter(before: boolean) {
  const alterNow = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      if (!text.data.trim() || text.parentElement?.closest('script, style, noscript')) continue;
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      inner.textContent = text.data;
      outer.append(inner);
      text.replaceWith(outer);
    }
    document.body.append(document.createElement('an-extension'));
    document.documentElement.dataset.altered = '';
  };
  if (before) return document.addEventListener('DOMContentLoaded', alterNow);
  const look = setInterval(() => {
    if (document.documentElement.dataset.hydrated === undefined) return;
    clearInterval(look);
    alterNow();
  }, 5);
}

for (const before of [true, false]) {
  test(`a page that is translated ${before ? 'before' : 'after'} it comes to life stays alive`, async ({ visitor, seller, buyer, ticket }) => {
    for (const { context } of [visitor, buyer]) await context.addInitScript(alter, before);
    await visitor.open(ticket);
    await expect(visitor.page.locator('html[data-altered]')).toBeAttached();
    const title = aTitle('Renamed');
    await seller.edits(ticket, title, '25');
    await expect(visitor.page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(visitor.page.getByRole('button', { name: 'Buy for $25.00' })).toBeVisible();

    const order = await buyer.orders(ticket, '25');
    await expect(visitor.badge).toHaveText('Held');
    await buyer.open(order);
    await expect(buyer.page.locator('html[data-altered]')).toBeAttached();
    const first = await buyer.secondsLeft();
    await expect.poll(() => buyer.secondsLeft()).toBeLessThan(first - 1);
    await buyer.payByCard(CARDS.good);
    await expect(buyer.badge).toHaveText('Paid');
  });
}

for (const translated of [false, true]) {
  test(`what is typed before the page comes to life stays${translated ? ', also if it is translated' : ''}`, async ({ visitor: { page, context } }) => {
    if (translated) await context.addInitScript(alter, true);
    // The program arrives late.
    await page.route('**/*.wasm', async (route) => {
      await page.getByRole('searchbox').fill('typed early');
      await route.continue();
    });
    await page.goto('/');
    await page.waitForSelector('html[data-hydrated]');
    await expect(page.getByRole('searchbox')).toHaveValue('typed early');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page).toHaveURL('/?q=typed%20early');
  });
}

test('a buyer who signed in with another account elsewhere is asked first', async ({ buyer, enter, ticket }) => {
  const other = await enter();
  await other.joins(anEmail('other'));
  await buyer.open(ticket);
  await buyer.context.request.post('/api/users/signin', { data: { email: other.email, password: PASSWORD } });
  await buyer.buyButton.click();
  await expect(buyer.alert).toContainText('another account');
  await expect(buyer.page.getByRole('button', { name: `Account of ${other.email}` })).toBeVisible();
  await expect(buyer.page.locator('input[name=account]')).not.toHaveValue('');
  await buyer.buyButton.click();
  await expect(buyer.page).toHaveURL(/\/orders\//);
});

test('the focus stays in the page when what had it goes', async ({ buyer, enter, ticket }) => {
  const rival = await enter();
  await rival.joins(anEmail('rival'));
  // The page learns that the ticket is held by its own refusal.
  let asked = false;
  await buyer.page.route(/\/fn\/renew-ticket/, (route) => (asked ? route.continue() : route.abort()));
  buyer.page.on('request', (request) => (asked ||= request.url().endsWith('/fn/buy')));
  await buyer.open(ticket);
  await rival.orders(ticket);
  await buyer.buyButton.click();
  await expect(buyer.badge).toHaveText('Held');
  await expect.poll(() => buyer.page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  buyer.complaints.length = 0;
});

test('a declined card is told where the focus is, after navigation within the page', async ({ buyer, ticket }) => {
  await buyer.buy(ticket);
  await buyer.payByCard('4000000000000002');
  await expect(buyer.alert).toBeFocused();
});
