// What every story begins with: people, each with a browser of their own, and
// the promise that nothing goes wrong unnoticed on any of their pages.

import { test as base, expect, type Browser, type BrowserContextOptions } from '@playwright/test';
import { Shopper } from './shopper';

type Story = {
  /** Lets in one more person, who is not signed in. */
  enter: (options?: BrowserContextOptions) => Promise<Shopper>;
  /** Somebody who looks around. */
  visitor: Shopper;
  /** Somebody with an account, who sells. */
  seller: Shopper;
  /** Somebody with an account, who buys. */
  buyer: Shopper;
  /** The page of a ticket that the seller has listed. */
  ticket: string;
};

export const test = base.extend<Story>({
  enter: async ({ browser, contextOptions, baseURL, javaScriptEnabled, locale, timezoneId, colorScheme, viewport }, use) => {
    const all: Shopper[] = [];
    const usual = { ...contextOptions, baseURL, javaScriptEnabled, locale, timezoneId, colorScheme, viewport };
    await use(async (options) => {
      const shopper = await arrive(browser, { ...usual, ...options });
      all.push(shopper);
      return shopper;
    });
    const complaints = all.flatMap((shopper) => shopper.complaints);
    for (const shopper of all) await shopper.context.close();
    expect(complaints, 'complaints of the browsers').toEqual([]);
  },
  visitor: async ({ enter }, use) => use(await enter()),
  seller: async ({ enter }, use) => use(await member(await enter(), 'seller')),
  buyer: async ({ enter }, use) => use(await member(await enter(), 'buyer')),
  ticket: async ({ seller }, use) => use(await seller.lists(aTitle())),
});

export { expect };

/** A title that no other ticket has. */
export const aTitle = (about = 'Concert') => `${about} ${unique()}`;

/** An address that nobody had before. */
export const anEmail = (name: string) => `${name}-${unique()}@example.com`;

const unique = () => Math.random().toString(36).slice(2, 10);

async function arrive(browser: Browser, options: BrowserContextOptions) {
  const context = await browser.newContext(options);
  return new Shopper(context, await context.newPage(), options.javaScriptEnabled !== false);
}

/** Signs up without a look at the pages. */
async function member(shopper: Shopper, name: string) {
  await shopper.joins(anEmail(name));
  return shopper;
}
