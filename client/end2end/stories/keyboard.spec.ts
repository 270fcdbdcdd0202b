import type { Page } from '@playwright/test';
import { aTitle, expect, test } from '../fixtures';
import { CARDS } from '../shopper';

test('a ticket is found, bought and paid with the keyboard alone', async ({ buyer: { page }, buyer, seller }) => {
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
  await expect(page.getByRole('main'), 'the focus moves to the content of a new page').toBeFocused();
  await tabTo(page, 'Buy for $20.00');
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

/** Presses Tab until the element with this name has the focus, which must be visible all the way. */
async function tabTo(page: Page, name: string) {
  for (let stops = 0; stops < 30; stops += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement;
      const name = element.labels?.[0]?.innerText ?? element.innerText;
      // The ring may be around the element or, as in the card form, around a parent.
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
    expect(focus.seen, `the focus on “${focus.name}” is visible`).toBe(true);
    if (focus.name === name) return;
  }
  throw new Error(`Tab does not lead to “${name}”`);
}
