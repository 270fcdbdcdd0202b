import { aTitle, anEmail, expect, test } from '../fixtures';
import { CARDS } from '../shopper';

test('a ticket is listed, found, bought, paid and sold', async ({ enter }) => {
  const [seller, buyer] = [await enter(), await enter()];
  const title = aTitle('Symphony');

  await seller.open('/auth/signup');
  await seller.signUp(anEmail('seller'));
  await seller.page.getByRole('banner').getByRole('link', { name: 'Sell a ticket' }).click();
  await seller.sell(title, '17.5');
  await expect(seller.page.getByRole('heading', { name: title })).toBeVisible();
  await expect(seller.page.locator('.price')).toHaveText('$17.50');
  await expect(seller.badge).toHaveText('For sale');

  await buyer.open('/');
  await buyer.search(title);
  await buyer.page.getByRole('link', { name: title }).click();
  await buyer.buyButton.click();
  await expect(buyer.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await buyer.page.getByRole('link', { name: 'Open an account' }).click();
  await expect(buyer.page.getByRole('heading', { name: 'Sign up' })).toBeVisible();
  await buyer.signUp(anEmail('buyer'));
  await buyer.page.waitForURL('**/orders/*');

  await buyer.page.evaluate(() => Object.assign(window, { loadedOnce: true }));
  await buyer.payByCard(CARDS.good);
  await expect(buyer.badge).toHaveText('Paid');
  await expect(buyer.page.locator('.facts')).toContainText('Visa ending in 4242');
  await expect(buyer.announcement('The ticket is yours')).toBeAttached();
  expect(await buyer.page.evaluate(() => 'loadedOnce' in window), 'the page is not reloaded').toBe(true);

  await buyer.page.getByRole('link', { name: 'My orders', exact: true }).click();
  await expect(buyer.page.getByRole('article').filter({ hasText: title })).toContainText('Paid');
  await seller.page.getByRole('link', { name: 'Selling' }).click();
  await expect(seller.page.getByRole('article').filter({ hasText: title })).toContainText('Sold');
});

test('a sold ticket is shown as such to its buyer, its seller and others', async ({ seller, buyer, visitor, ticket }) => {
  await buyer.pays(await buyer.orders(ticket));
  await buyer.open(ticket);
  await expect(buyer.badge).toHaveText('Yours');
  await seller.open(ticket);
  await expect(seller.page.getByText('You have sold this ticket')).toBeVisible();
  await visitor.open(ticket);
  await expect(visitor.page.getByText('Somebody has bought this ticket')).toBeVisible();
});

test('a price gets two decimals when its field loses the focus', async ({ seller }) => {
  await seller.open('/tickets/new');
  const price = seller.page.getByLabel('Price');
  for (const [typed, tidied] of [['20', '20.00'], ['17.5', '17.50'], ['abc', 'abc']]) {
    await price.fill(typed);
    await price.blur();
    await expect(price).toHaveValue(tidied);
  }
});
