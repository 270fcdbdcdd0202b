// WCAG 2.2, 1.4.11: what shows where a field is and where the focus is has a contrast of
// at least 3 : 1, in both schemes. axe checks texts only.

import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('the borders of fields can be seen', async ({ visitor, seller }) => {
      await seller.open('/tickets/new');
      await visitor.open('/auth/signin');
      for (const { page } of [visitor, seller]) {
        for (const field of await page.locator('main input:visible, main select:visible').all()) {
          const name = await field.getAttribute('id');
          const found = await colours(page, await field.elementHandle(), 'borderTopColor');
          expect(contrast(found), `${name}: ${found}`).toBeGreaterThanOrEqual(3);
        }
      }
    });

    test('the ring around the focus can be seen', async ({ visitor: { page }, visitor }) => {
      await visitor.open('/auth/signin');
      for (let stops = 0; stops < 8; stops += 1) {
        await page.keyboard.press('Tab');
        const element = await page.evaluateHandle(() => document.activeElement as HTMLElement);
        const found = await colours(page, element, 'outlineColor');
        expect(contrast(found), `${await element.evaluate((it) => it.outerHTML)}: ${found}`).toBeGreaterThanOrEqual(3);
      }
    });
  });
}

type Handle = Awaited<ReturnType<Page['evaluateHandle']>> | null;

/** A colour of an element, and the background around it. */
async function colours(page: Page, element: Handle, property: 'borderTopColor' | 'outlineColor') {
  return page.evaluate(
    ([element, property]) => {
      const behind = (part: Element | null): string => {
        if (!part) return 'rgb(255, 255, 255)';
        const colour = getComputedStyle(part).backgroundColor;
        return /, 0\)$|transparent/.test(colour) ? behind(part.parentElement) : colour;
      };
      const it = element as unknown as HTMLElement;
      return [getComputedStyle(it)[property as 'outlineColor'], behind(it.parentElement)];
    },
    [element, property] as const,
  );
}

/** The contrast of two colours: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. */
function contrast(colours: string[]) {
  const [light, dark] = colours.map(luminance).sort((one, other) => other - one);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string) {
  const [red, green, blue] = colour.match(/[\d.]+/g)!.slice(0, 3).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
