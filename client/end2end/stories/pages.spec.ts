// Every page in each of its states: axe finds nothing in light and dark, nothing
// overflows on a small phone, and there are screenshots.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { aTitle, expect, test } from '../fixtures';
import { PASSWORD, type Shopper } from '../shopper';

const PICTURES = `${process.env.END2END_OUTPUT ?? '../../target/end2end'}/screenshots`;

const SIZES = { phone: { width: 375, height: 812 }, desktop: { width: 1280, height: 800 } };

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What a ticket may say. */
const ABOUT = { startsAt: '2126-12-31T20:00:00+01:00', venue: 'Hall 2', category: 'music', details: 'Block C, row 4' };

type People = { visitor: Shopper; seller: Shopper; buyer: Shopper; ticket: string };

/** Opens a page, and returns the person who sees it. */
type Scene = (people: People) => Promise<Shopper>;

const SCENES: Record<string, Scene> = {
  'home': async ({ visitor }) => (await visitor.open('/'), visitor),
  'home, signed in': async ({ buyer }) => (await buyer.open('/'), buyer),
  'nothing found': async ({ visitor }) => (await visitor.open('/?q=nosuchthing'), visitor),
  'sign up': async ({ visitor }) => (await visitor.open('/auth/signup'), visitor),
  'sign up, refused': async ({ visitor }) => {
    await visitor.open('/auth/signup');
    await visitor.signUp('nobody', 'abc');
    await expect(visitor.page.getByText('Email must be valid')).toBeVisible();
    return visitor;
  },
  'sign in': async ({ visitor }) => (await visitor.open('/auth/signin'), visitor),
  'sign in, refused': async ({ visitor }) => {
    await visitor.open('/auth/signin');
    await visitor.signIn('nobody@example.com');
    await expect(visitor.alert).toBeVisible();
    return visitor;
  },
  'sign in to hold': async ({ visitor, ticket }) => {
    await visitor.open(ticket);
    await visitor.buyButton.click();
    await expect(visitor.page.getByText('Sign in to hold the ticket')).toBeVisible();
    return visitor;
  },
  'ticket, not held': async ({ visitor, ticket }) => (await visitor.open(`${ticket}?held=no`), visitor),
  'sign out': async ({ buyer }) => (await buyer.open('/auth/signout'), buyer),
  'sell': async ({ seller }) => (await seller.open('/tickets/new'), seller),
  'sell, refused': async ({ seller }) => {
    await seller.open('/tickets/new');
    await seller.sell('', '0');
    await expect(seller.page.getByText('Title is required')).toBeVisible();
    return seller;
  },
  'ticket': async ({ visitor, ticket }) => (await visitor.open(ticket), visitor),
  'ticket with a long title': async ({ visitor, seller }) => {
    await visitor.open(await seller.lists('Donaudampfschifffahrtsgesellschaft'.repeat(5), '999999.99'));
    return visitor;
  },
  'ticket, own': async ({ seller, ticket }) => (await seller.open(ticket), seller),
  'ticket, held': async ({ visitor, buyer, ticket }) => {
    await buyer.orders(ticket);
    await visitor.open(ticket);
    await expect(visitor.badge).toHaveText('Held');
    return visitor;
  },
  'ticket, held for me': async ({ buyer, ticket }) => {
    await buyer.orders(ticket);
    await buyer.open(ticket);
    await expect(buyer.badge).toHaveText('Held for you');
    return buyer;
  },
  'ticket, sold': async ({ visitor, buyer, ticket }) => {
    await buyer.pays(await buyer.orders(ticket));
    await visitor.open(ticket);
    await expect(visitor.badge).toHaveText('Sold');
    return visitor;
  },
  'ticket, described': async ({ visitor, seller }) => {
    await visitor.open(await seller.lists(aTitle('Gala'), '42.5', ABOUT));
    return visitor;
  },
  'ticket, withdrawn': async ({ seller, ticket }) => {
    await seller.withdraws(ticket);
    await seller.open(ticket);
    return seller;
  },
  'withdraw': async ({ seller, ticket }) => (await seller.open(`${ticket}/withdraw`), seller),
  'home, narrowed': async ({ visitor }) => (await visitor.open('/?category=music&minPrice=1&sort=soonest'), visitor),
  'home, menu': async ({ buyer }) => {
    await buyer.open('/');
    await buyer.account.click();
    await expect(buyer.page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    return buyer;
  },
  'account': async ({ buyer }) => (await buyer.open('/account'), buyer),
  'account, refused': async ({ seller }) => {
    await seller.open('/account');
    await seller.page.getByRole('main').getByLabel('Password', { exact: true }).fill(PASSWORD);
    await seller.page.getByRole('button', { name: 'Delete the account' }).click();
    await expect(seller.alert).toContainText('You still have tickets for sale');
    return seller;
  },
  'how it works': async ({ visitor }) => (await visitor.open('/about/how-it-works'), visitor),
  'contact': async ({ visitor }) => (await visitor.open('/about/contact'), visitor),
  'edit': async ({ seller, ticket }) => (await seller.open(`${ticket}/edit`), seller),
  'edit, held': async ({ seller, buyer, ticket }) => {
    await buyer.orders(ticket);
    await seller.open(ticket);
    await expect(seller.badge).toHaveText('Held');
    await seller.open(`${ticket}/edit`);
    return seller;
  },
  'my tickets, none': async ({ buyer }) => (await buyer.open('/tickets/mine'), buyer),
  'my tickets': async ({ seller, buyer, ticket }) => {
    await buyer.pays(await buyer.orders(ticket));
    await buyer.orders(await seller.lists(aTitle('Musical')));
    await seller.lists(aTitle('Circus'), '9.50');
    await seller.open('/tickets/mine');
    await expect(seller.badge).toHaveText(['For sale', 'Held by a buyer', 'Sold, the buyer waits for it']);
    return seller;
  },
  'my tickets, a wrong price': async ({ seller, ticket }) => {
    await seller.lists(aTitle('Musical'));
    await seller.open('/tickets/mine');
    const card = seller.page.locator('.ticket', { has: seller.page.locator(`a[href="${ticket}"]`) });
    await card.getByText('Change the price').click();
    await card.getByLabel('Price in US dollars').fill('free');
    await card.getByRole('button', { name: 'Save the price' }).click();
    await expect(card.getByLabel('Price in US dollars')).toBeFocused();
    return seller;
  },
  'my orders, none': async ({ buyer }) => (await buyer.open('/orders'), buyer),
  'my orders': async ({ seller, buyer, ticket }) => {
    await buyer.pays(await buyer.orders(ticket));
    await buyer.cancels(await buyer.orders(await seller.lists(aTitle('Musical'))));
    await buyer.orders(await seller.lists(aTitle('Circus')));
    await buyer.open('/orders');
    await expect(buyer.badge).toHaveText(['Waiting for payment', 'Cancelled', 'Paid']);
    return buyer;
  },
  'order': async ({ buyer, ticket }) => {
    await buyer.open(await buyer.orders(ticket));
    await expect(buyer.payButton).toBeEnabled();
    return buyer;
  },
  'order, card declined': async ({ buyer, ticket }) => {
    await buyer.buy(ticket);
    await buyer.payByCard('4000000000000002');
    await expect(buyer.alert).toBeVisible();
    return buyer;
  },
  'order, asked by the bank': async ({ buyer, ticket }) => {
    await buyer.buy(ticket);
    await buyer.payByCard('4000002760003184');
    await expect(buyer.page.getByRole('dialog')).toBeVisible();
    return buyer;
  },
  'order, paid': async ({ buyer, ticket }) => {
    const order = await buyer.orders(ticket);
    await buyer.pays(order);
    await buyer.open(order);
    await expect(buyer.badge).toHaveText('Paid');
    return buyer;
  },
  'order, handed over': async ({ buyer, seller, ticket }) => {
    await seller.deposits(ticket, 'K7-4411-9920');
    const order = await buyer.orders(ticket);
    await buyer.pays(order);
    await expect(async () => {
      await buyer.open(order);
      await expect(buyer.page.getByText('K7-4411-9920')).toBeVisible({ timeout: 1_000 });
    }).toPass();
    return buyer;
  },
  'order, cancelled': async ({ buyer, ticket }) => {
    const order = await buyer.orders(ticket);
    await buyer.cancels(order);
    await buyer.open(order);
    await expect(buyer.badge).toHaveText('Cancelled');
    return buyer;
  },
  'not found': async ({ visitor }) => {
    visitor.expects(404);
    await visitor.open('/nowhere');
    return visitor;
  },
  'not yours': async ({ buyer, ticket }) => {
    buyer.expects(403);
    await buyer.open(`${ticket}/edit`);
    return buyer;
  },
};

for (const [name, scene] of Object.entries(SCENES)) {
  test(`${name}: accessible`, async ({ visitor, seller, buyer, ticket }) => {
    await inspect((await scene({ visitor, seller, buyer, ticket })).page, name);
  });
}

test.describe('with short holds', () => {
  test.use({ baseURL: process.env.SHORT_HOLD_URL });

  test('order, expired: accessible', async ({ buyer, ticket }) => {
    await buyer.open(await buyer.orders(ticket));
    await expect(buyer.badge).toHaveText('Expired', { timeout: 15_000 });
    await inspect(buyer.page, 'order, expired');
  });
});

test.describe('without services', () => {
  test.use({ baseURL: process.env.WITHOUT_SERVICES_URL });

  for (const [name, path] of [['home', '/'], ['ticket', '/tickets/65a000000000000000000001'], ['my orders', '/orders']]) {
    test(`${name}, unavailable: accessible`, async ({ visitor }) => {
      visitor.expects(503);
      expect((await visitor.open(path)).status()).toBe(503);
      await expect(visitor.page.getByRole('heading', { level: 1 })).toHaveText('That did not work');
      await expect(visitor.link('Try again')).toBeVisible();
      await inspect(visitor.page, `${name}, away`);
    });
  }
});

async function inspect(page: Page, name: string) {
  const file = name.replaceAll(/\W+/g, '-');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
    expect(found, `axe in ${colorScheme}`).toEqual([]);
  }
  await page.screenshot({ path: `${PICTURES}/${file}-dark.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: 'light' });
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: `${PICTURES}/${file}-${size}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, 'overflow in pixels at a width of 320').toBe(0);
}
