import { aTitle, expect, test } from '../fixtures';
import type { Shopper } from '../shopper';

test('a seller changes title and price', async ({ seller, visitor, ticket }) => {
  const title = aTitle('Matinee');
  await seller.open(ticket);
  await seller.link('Edit').click();
  await expect(seller.page.getByLabel('Price')).toHaveValue('20.00');
  await seller.page.getByLabel('Title').fill(title);
  await seller.page.getByLabel('Price').fill('1234.5');
  await seller.page.getByRole('button', { name: 'Save' }).click();
  await expect(seller.page.getByRole('heading', { name: title })).toBeVisible();
  await visitor.open(ticket);
  await expect(visitor.page.getByRole('main')).toContainText('$1,234.50');
});

test('an invalid price is refused beside its field', async ({ seller, ticket }) => {
  await seller.open(`${ticket}/edit`);
  await seller.page.getByLabel('Price').fill('-1');
  await seller.page.getByRole('button', { name: 'Save' }).click();
  await expect(seller.page.getByLabel('Price')).toHaveAccessibleDescription(/price must/i);
  await expect(seller.page.getByLabel('Price')).toBeFocused();
});

test('a held ticket can\'t be edited', async ({ seller, buyer, ticket }) => {
  await buyer.orders(ticket);
  await expect.poll(() => heldIn(seller, ticket)).toBe(true);
  await seller.open(ticket);
  await expect(seller.page.getByText('A buyer is paying for this ticket')).toBeVisible();
  await expect(seller.link('Edit')).toHaveCount(0);
  await seller.open(`${ticket}/edit`);
  await expect(seller.page.getByRole('heading', { name: 'This ticket can\'t be changed' })).toBeVisible();
});

test('a ticket that is ordered while its seller edits it can not be saved', async ({ seller, buyer, ticket }) => {
  await seller.open(`${ticket}/edit`);
  await buyer.orders(ticket);
  await expect.poll(() => heldIn(seller, ticket)).toBe(true);
  await seller.page.getByLabel('Price').fill('99');
  await seller.page.getByRole('button', { name: 'Save' }).click();
  await expect(seller.alert).toContainText(/A buyer is paying/);
});

test('somebody else\'s ticket can\'t be edited', async ({ buyer, ticket }) => {
  buyer.expects(403);
  expect((await buyer.open(`${ticket}/edit`)).status()).toBe(403);
  await expect(buyer.page.getByRole('heading', { name: 'You don\'t have access to this page' })).toBeVisible();
});

/** Whether the order's event has reached the ticket. */
async function heldIn({ context }: Shopper, ticket: string) {
  return Boolean((await (await context.request.get(`/api${ticket}`)).json()).orderId);
}
