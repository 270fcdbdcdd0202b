import { expect, test } from '../fixtures';

for (const page of ['/nowhere', '/tickets/65a000000000000000000001', '/tickets/not-an-id', '/a/b/c', '/tickets/%3Cscript%3E']) {
  test(`${page} is the 404 page`, async ({ visitor }) => {
    visitor.expects(404);
    expect((await visitor.open(page)).status()).toBe(404);
    await expect(visitor.page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
    await expect(visitor.page).toHaveTitle('Not found – Ticketing');
    await visitor.link('See the tickets for sale').click();
    await expect(visitor.page.getByRole('heading', { name: 'Tickets from people who can’t go' })).toBeVisible();
  });
}

for (const order of ['/orders/65a000000000000000000001', '/orders/not-an-id']) {
  test(`${order} is 404 for a signed-in visitor`, async ({ buyer }) => {
    buyer.expects(404);
    expect((await buyer.open(order)).status()).toBe(404);
    await expect(buyer.page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  });
}

test('a form shows that the shop is unreachable and can be sent again', async ({ buyer, ticket }) => {
  await buyer.open(ticket);
  await buyer.page.route('**/fn/buy', (route) => route.abort('connectionrefused'), { times: 1 });
  await buyer.buyButton.click();
  await expect(buyer.alert).toContainText('could not be reached');
  buyer.complaints.length = 0;
  await buyer.buyButton.click();
  await expect(buyer.page).toHaveURL(/\/orders\//);
});
