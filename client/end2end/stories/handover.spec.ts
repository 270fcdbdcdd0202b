// What lets one in: deposited by the seller, shown to the buyer who has paid.

import { aTitle, expect, test } from '../fixtures';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in the browser' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a code that is deposited with the listing reaches the buyer once it is paid', async ({ seller, buyer, visitor }) => {
      const title = aTitle('Gala');
      await seller.open('/tickets/new');
      await seller.page.getByLabel('Code or link that lets one in').fill('K7-4411-9920');
      await seller.sell(title, '20');
      await expect(seller.page.getByText('What lets one in is deposited')).toBeVisible();
      const ticket = new URL(seller.page.url()).pathname;

      const order = await buyer.orders(ticket);
      await buyer.open(order);
      await expect(buyer.page.locator('body')).not.toContainText('K7-4411');
      await buyer.pays(order);
      await expect(async () => {
        await buyer.open(order);
        await expect(buyer.page.getByText('K7-4411-9920')).toBeVisible({ timeout: 1_000 });
      }).toPass();
      await expect(buyer.page.getByRole('img', { name: 'The ticket as a QR code' })).toBeVisible();
      await buyer.page.emulateMedia({ media: 'print' });
      await expect(buyer.page.getByText('K7-4411-9920'), 'it is printed').toBeVisible();
      for (const path of [ticket, '/']) {
        await visitor.open(path);
        await expect(visitor.page.locator('body')).not.toContainText('K7-4411');
      }
    });

    test('a seller sees that a buyer waits, and deposits a link', async ({ seller, buyer, ticket }) => {
      const order = await buyer.orders(ticket);
      await buyer.pays(order);
      await buyer.open(order);
      await expect(buyer.page.getByText('The seller has not deposited the ticket yet')).toBeVisible();

      await expect(async () => {
        await seller.open('/tickets/mine');
        await expect(seller.badge).toHaveText('Sold, the buyer waits for it', { timeout: 1_000 });
      }).toPass();
      await seller.open(ticket);
      await expect(seller.page.getByText('The buyer waits')).toBeVisible();
      await seller.page.getByRole('button', { name: 'Deposit it' }).click();
      await expect(seller.page.getByLabel('Code or link')).toHaveAccessibleDescription(/is required/);
      await seller.page.getByLabel('Code or link').fill('https://tickets.example/abc?x=1');
      await seller.page.getByRole('button', { name: 'Deposit it' }).click();
      await expect(seller.page.getByRole('button', { name: 'Deposit it' })).toHaveCount(0);

      if (!javaScriptEnabled) await buyer.open(order);
      const link = buyer.page.getByRole('link', { name: 'https://tickets.example/abc?x=1' });
      await expect(link).toHaveAttribute('href', 'https://tickets.example/abc?x=1', { timeout: 20_000 });
    });
  });
}
