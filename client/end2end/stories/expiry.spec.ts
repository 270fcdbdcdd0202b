import { expect, test } from '../fixtures';

test.use({ baseURL: process.env.SHORT_HOLD_URL });

test('an order expires on the open page, and its ticket is for sale again', async ({ buyer, visitor, ticket }) => {
  await buyer.buy(ticket);
  await expect(buyer.badge).toHaveCount(0);
  expect(await buyer.secondsLeft()).toBeGreaterThan(0);

  await expect(buyer.badge).toHaveText('Expired', { timeout: 15_000 });
  await expect(buyer.announcement('The time to pay is over')).toBeAttached();
  await expect(buyer.payButton).toHaveCount(0);
  await buyer.link('See the ticket again').click();
  await expect(buyer.buyButton).toBeVisible({ timeout: 15_000 });
  await visitor.open(ticket);
  await expect(visitor.buyButton).toBeVisible();

  await buyer.page.getByRole('link', { name: 'My orders', exact: true }).click();
  await expect(buyer.page.getByRole('article')).toContainText(/Expired|Cancelled/);
});
