// The README's pictures, of a shop with the sample tickets: `cargo xtask end2end --pictures`.

import { anEmail, expect, test } from '../fixtures';

const FOLDER = process.env.PICTURES;

test.skip(!FOLDER, 'only to make the pictures again');

test.describe('on a desktop', () => {
  test.use({ viewport: { width: 1100, height: 760 } });

  test('the tickets for sale', async ({ visitor }) => {
    await visitor.joins(anEmail('ann'));
    await visitor.open('/');
    await visitor.page.screenshot({ path: `${FOLDER}/home.png` });
  });

  test('an order', async ({ visitor: { page }, visitor }) => {
    await visitor.joins(anEmail('ann'));
    await visitor.open('/?q=velvet');
    await page.locator('.tickets').getByRole('link').click();
    await visitor.buyButton.click();
    await expect(visitor.payButton).toBeEnabled();
    await page.screenshot({ path: `${FOLDER}/order.png` });
  });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 375, height: 700 }, deviceScaleFactor: 1.5, colorScheme: 'dark' });

  test('the tickets for sale', async ({ visitor }) => {
    await visitor.open('/');
    await visitor.page.screenshot({ path: `${FOLDER}/phone-dark.png` });
  });
});
