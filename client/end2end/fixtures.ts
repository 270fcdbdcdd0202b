// The people of a story, each with a browser of their own. An unexpected error on
// any of their pages fails the story.

import { test as base, expect, type Browser, type BrowserContextOptions } from '@playwright/test';
import { Shopper } from './shopper';

type Story = {
  /** Adds a person, who is not signed in. */
  enter: (options?: BrowserContextOptions) => Promise<Shopper>;
  /** A person without an account. */
  visitor: Shopper;
  /** A person with an account, who sells. */
  seller: Shopper;
  /** A person with an account, who buys. */
  buyer: Shopper;
  /** The path of a ticket that the seller has listed. */
  ticket: string;
};

export const test = base.extend<Story>({
  enter: async ({ browser, contextOptions, baseURL, javaScriptEnabled, locale, timezoneId, colorScheme, viewport, deviceScaleFactor }, use) => {
    const all: Shopper[] = [];
    const usual = { ...contextOptions, baseURL, javaScriptEnabled, locale, timezoneId, colorScheme, viewport, deviceScaleFactor };
    await use(async (options) => {
      const shopper = await arrive(browser, { ...usual, ...options });
      all.push(shopper);
      return shopper;
    });
    const complaints = all.flatMap((shopper) => shopper.complaints);
    for (const shopper of all) await shopper.context.close();
    expect(complaints, 'unexpected errors in the browsers').toEqual([]);
  },
  visitor: async ({ enter }, use) => use(await enter()),
  seller: async ({ enter }, use) => use(await member(await enter(), 'seller')),
  buyer: async ({ enter }, use) => use(await member(await enter(), 'buyer')),
  ticket: async ({ seller }, use) => use(await seller.lists(aTitle())),
});

export { expect };

/** A unique title. */
export const aTitle = (about = 'Concert') => `${about} ${unique()}`;

/** A unique address. */
export const anEmail = (name: string) => `${name}-${unique()}@example.com`;

const unique = () => Math.random().toString(36).slice(2, 10);

async function arrive(browser: Browser, options: BrowserContextOptions) {
  const context = await browser.newContext(options);
  return new Shopper(context, await context.newPage(), options.javaScriptEnabled !== false);
}

/** Signs up over the HTTP interface. */
async function member(shopper: Shopper, name: string) {
  await shopper.joins(anEmail(name));
  return shopper;
}

/** Waits until orders accepts this price, and the ticket is for sale. */
export async function isKnown(other: Shopper, ticket: string, price: string) {
  await other.joins(anEmail('other'));
  await other.cancels(await other.orders(ticket, price));
  // Edited, held and released; or released alone, as a hold that is told of after its end is stale.
  const isReleased = async () => {
    const { version, orderId } = await (await other.context.request.get(`/api${ticket}`)).json();
    return version >= 2 && orderId === undefined;
  };
  await expect.poll(isReleased).toBe(true);
}
