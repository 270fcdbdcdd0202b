import { aTitle, expect, isKnown, test } from '../fixtures';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in the browser' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a price that changes on the open page is confirmed before buying', async ({ enter, buyer, seller, ticket }) => {
      // The refresh of the page is delayed.
      let refresh = () => {};
      const refreshed = new Promise<void>((resolve) => (refresh = resolve));
      await buyer.page.route(/\/fn\/renew-ticket/, async (route) => {
        await refreshed;
        await route.continue();
      });
      await buyer.open(ticket);
      const price = buyer.page.locator('.panel .price');
      await expect(price).toHaveText('$20.00');
      await seller.edits(ticket, aTitle('Dearer'), '25');
      await isKnown(await enter(), ticket, '25');
      await buyer.buyButton.click();
      await expect(buyer.alert).toContainText('The price has changed');
      await expect(buyer.page).toHaveURL(ticket);
      refresh();
      await expect(price).toHaveText('$25.00');

      await buyer.buyButton.click();
      await expect(buyer.page).toHaveURL(/\/orders\//);
      await expect(price).toHaveText('$25.00');
    });
  });
}
