import { aTitle, expect, test } from '../fixtures';

test('a ticket that somebody else orders is held on the open page', async ({ buyer, visitor, ticket }) => {
  await visitor.open(ticket);
  await expect(visitor.buyButton).toBeVisible();
  await buyer.orders(ticket);
  await expect(visitor.announcement('Somebody else is paying for this ticket just now')).toBeAttached();
  await expect(visitor.badge).toHaveText('Held');
  await expect(visitor.buyButton).toHaveCount(0);
});

test('of two buyers who click at once one gets the ticket, the other an explanation', async ({ enter, buyer, ticket }) => {
  const rival = await enter();
  await rival.joins('rival-' + buyer.email);
  const both = [buyer, rival];
  for (const one of both) await one.open(ticket);
  await Promise.all(both.map((one) => one.buyButton.click()));
  const outcomes = await Promise.all(
    both.map(async (one) => {
      const order = one.page.waitForURL('**/orders/*').then(() => 'order');
      const refusal = one.announcement('Somebody else is paying').waitFor({ state: 'attached' }).then(() => 'refusal');
      return Promise.any([order, refusal]);
    }),
  );
  expect(outcomes.sort()).toEqual(['order', 'refusal']);
});

test('the list tells what is new and what is gone, and nothing moves under the pointer', async ({ visitor, seller, buyer }) => {
  const word = aTitle('Fair').split(' ')[1];
  const entries = visitor.page.locator('.tickets').getByRole('link');
  await visitor.open(`/?q=${word}`);
  await expect(visitor.page.getByText('No ticket for sale has')).toBeVisible();
  const ticket = await seller.lists(`Fair ${word}`);
  await expect(entries).toHaveText([`Fair ${word}`], { timeout: 20_000 });
  const order = await buyer.orders(ticket);
  await expect(visitor.page.locator('.ticket.gone')).toContainText('No longer for sale', { timeout: 20_000 });
  await buyer.cancels(order);
  await expect(visitor.page.locator('.ticket.gone')).toHaveCount(0, { timeout: 20_000 });
  await seller.lists(`Second fair ${word}`);
  await visitor.page.getByRole('button', { name: '1 new ticket, show it' }).click({ timeout: 20_000 });
  await expect(entries).toHaveText([`Second fair ${word}`, `Fair ${word}`]);
});

test('a long list continues on its next page', async ({ visitor, seller }) => {
  const word = aTitle('Series').split(' ')[1];
  for (let night = 1; night <= 51; night += 1) await seller.lists(`${word} night ${night}`);
  const entries = visitor.page.locator('.tickets').getByRole('link');
  await visitor.open(`/?q=${word}`);
  await expect(entries).toHaveCount(50);
  await expect(entries.first()).toHaveText(`${word} night 51`);
  // Back from a ticket, the list is where it was.
  await entries.nth(40).scrollIntoViewIfNeeded();
  const place = await visitor.page.evaluate(() => window.scrollY);
  expect(place).toBeGreaterThan(300);
  await entries.nth(40).click();
  await expect(visitor.buyButton).toBeVisible();
  await visitor.page.goBack();
  await expect.poll(() => visitor.page.evaluate(() => window.scrollY)).toBeGreaterThan(place - 50);
  await visitor.link('More tickets').click();
  await expect(entries).toHaveText([`${word} night 1`]);
  await visitor.page.getByRole('link', { name: 'First page' }).click();
  await expect(entries).toHaveCount(50);
});
