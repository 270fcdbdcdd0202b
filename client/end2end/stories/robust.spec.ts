// Pages whose program or whose payment script does not arrive, and sessions that change.

import { anEmail, expect, test } from '../fixtures';
import { PASSWORD } from '../shopper';

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
