import type { Page } from '@playwright/test';
import { aTitle, expect, test } from '../fixtures';
import { CARDS } from '../shopper';

test('from the first page to a paid order with the keyboard alone', async ({ buyer: { page }, buyer, seller }) => {
  const title = aTitle('Recital');
  await seller.lists(title);
  await buyer.open('/');

  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  await tabTo(page, 'Search by title');
  await page.keyboard.type(title);
  await page.keyboard.press('Enter');
  await expect(page.locator('.tickets').getByRole('link')).toHaveText([title]);
  await tabTo(page, title);
  await page.keyboard.press('Enter');
  await expect(buyer.buyButton).toBeVisible();
  await expect(page.getByRole('main'), 'a new page begins at its content').toBeFocused();
  await tabTo(page, 'Buy this ticket');
  await page.keyboard.press('Enter');

  await expect(buyer.payButton).toBeEnabled();
  for (const [field, typed] of [['Card number', CARDS.good], ['Expiry date (MM / YY)', '1240'], ['Security code (CVC)', '123']]) {
    await tabTo(page, field);
    await page.keyboard.type(typed);
  }
  await tabTo(page, 'Pay $20.00');
  await page.keyboard.press('Enter');
  await expect(buyer.badge).toHaveText('Paid');
});

/** Tabs on to what has this name, and sees the focus all the way. */
async function tabTo(page: Page, name: string) {
  for (let stops = 0; stops < 30; stops += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement;
      const name = element.labels?.[0]?.innerText ?? element.innerText;
      // A ring may be around what is in focus or, as in a card, around what it is part of.
      const look = (part: Element | null): string[] => {
        if (!part) return [];
        const { outline, boxShadow } = getComputedStyle(part);
        return [outline, boxShadow, ...look(part.parentElement)];
      };
      const focused = look(element).join();
      element.blur();
      const blurred = look(element).join();
      element.focus();
      return { name: name.trim(), seen: focused !== blurred };
    });
    expect(focus.seen, `the focus on “${focus.name}” can be seen`).toBe(true);
    if (focus.name === name) return;
  }
  throw new Error(`Tab does not lead to “${name}”`);
}
