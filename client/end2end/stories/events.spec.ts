// When, where and what: tickets that say so, found by it, edited and withdrawn.

import { aTitle, anEmail, expect, isKnown, test } from '../fixtures';

const ABOUT = { startsAt: '2126-12-31T20:00:00-05:00', venue: 'Große Halle', category: 'theatre', details: 'Row 4' };

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in the browser' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a seller says when and where, and the venue\'s time is shown', async ({ seller: { page }, seller }) => {
      const title = aTitle('Gala');
      await seller.open('/tickets/new');
      await page.getByLabel('Title').fill(title);
      await page.getByLabel('Price').fill('42.5');
      await page.getByLabel('Starts').fill('2126-12-31T20:00');
      await page.getByLabel('The venue\'s clock').selectOption('UTC−5');
      await page.getByLabel('Venue', { exact: true }).fill('Große Halle');
      await page.getByLabel('Kind of event').selectOption('Theatre');
      await page.getByLabel('Seat, block or row').fill('Row 4');
      await page.getByRole('button', { name: 'List the ticket' }).click();
      await expect(page.getByRole('heading', { name: title })).toBeVisible();
      const facts = page.locator('.facts');
      for (const fact of ['Tue 31 Dec 2126, 20:00 (UTC−5)', 'Große Halle', 'Theatre', 'Row 4']) {
        await expect(facts).toContainText(fact);
      }
      await page.getByRole('link', { name: 'Edit' }).click();
      await expect(page.getByLabel('Starts')).toHaveValue('2126-12-31T20:00');
      await expect(page.getByLabel('The venue\'s clock')).toHaveValue('-300');
      await expect(page.getByLabel('Kind of event')).toHaveValue('theatre');
    });

    test('a date in the past is refused beside its field', async ({ seller: { page }, seller }) => {
      await seller.open('/tickets/new');
      await page.getByLabel('Starts').fill('2020-01-01T20:00');
      await seller.sell(aTitle(), '20');
      await expect(page.getByLabel('Starts')).toHaveAccessibleDescription('The event must be in the future');
      await expect(page.getByLabel('Starts')).toHaveValue('2020-01-01T20:00');
    });

    test('tickets are narrowed by kind and price, and sorted', async ({ visitor: { page }, visitor, seller }) => {
      const word = aTitle('Tour').split(' ')[1];
      await seller.lists(`${word} cheap`, '5', ABOUT);
      await seller.lists(`${word} dear`, '50', ABOUT);
      await seller.lists(`${word} match`, '20', { category: 'sport' });
      const entries = page.locator('.tickets').getByRole('link');
      await visitor.open('/');
      await visitor.search(word);
      await expect(page.getByRole('heading', { name: 'For sale · 3 tickets' })).toBeVisible();
      await visitor.link('Theatre').click();
      await expect(entries).toHaveText([`${word} dear`, `${word} cheap`]);
      await visitor.link('Cheapest').click();
      await expect(entries).toHaveText([`${word} cheap`, `${word} dear`]);
      await expect(visitor.link('Cheapest')).toHaveAttribute('aria-current', 'true');
      await page.getByText('Dates and prices').click();
      await page.getByLabel('Price from').fill('10');
      await page.getByRole('button', { name: 'Search' }).click();
      await expect(entries).toHaveText([`${word} dear`]);
      await expect(page.getByRole('heading', { name: 'For sale · 1 ticket' })).toBeVisible();
      await expect(page).toHaveURL(/category=theatre/);
      await visitor.link('All').click();
      await expect(entries).toHaveText([`${word} match`, `${word} dear`]);
    });

    test('a seller withdraws a ticket after a confirmation', async ({ seller, visitor, ticket }) => {
      await seller.open(ticket);
      await seller.link('Withdraw it').click();
      await expect(seller.page.getByRole('heading', { level: 1 })).toHaveText('Withdraw this ticket?');
      await seller.page.getByRole('button', { name: 'Withdraw it' }).click();
      await expect(seller.page).toHaveURL('/tickets/mine');
      await expect(seller.badge).toHaveText('Withdrawn');
      await visitor.open(ticket);
      await expect(visitor.badge).toHaveText('Withdrawn');
      await expect(visitor.buyButton).toHaveCount(0);
    });

    test('a ticket that a buyer holds can not be withdrawn', async ({ seller, buyer, ticket }) => {
      await seller.open(`${ticket}/withdraw`);
      await buyer.orders(ticket);
      await expect.poll(async () => (await (await seller.context.request.get(`/api${ticket}`)).json()).orderId).toBeTruthy();
      await seller.page.getByRole('button', { name: 'Withdraw it' }).click();
      await expect(seller.alert).toContainText('A buyer is paying for this ticket');
    });

    test('a seller changes the price where the ticket is listed', async ({ seller: { page }, seller, ticket }) => {
      await seller.open('/tickets/mine?state=for-sale');
      await expect(page.getByText(/Listed (just now|1 minute ago)/)).toBeVisible();
      await page.getByText('Change the price').click();
      const price = page.getByLabel('Price in US dollars');
      await price.fill('-1');
      await page.getByRole('button', { name: 'Save the price' }).click();
      await expect(price).toHaveAccessibleDescription(/price must/i);
      await expect(price).toHaveValue('-1');
      await price.fill('17.5');
      await page.getByRole('button', { name: 'Save the price' }).click();
      await expect(page.locator('.price')).toHaveText('$17.50');
      await expect(page).toHaveURL('/tickets/mine?state=for-sale');
      if (javaScriptEnabled) await expect(page.locator(`.tickets a[href="${ticket}"]`)).toBeFocused();
    });

    test('an edit does not undo one of another tab', async ({ seller, ticket }) => {
      await seller.open(`${ticket}/edit`);
      await seller.edits(ticket, aTitle('Elsewhere'), '30');
      await seller.page.getByLabel('Price').fill('99');
      await seller.page.getByRole('button', { name: 'Save' }).click();
      await expect(seller.alert).toContainText('has changed meanwhile');
      expect((await (await seller.context.request.get(`/api${ticket}`)).json()).price).toBe(30);
    });
  });
}

test('a seller copies the link to a ticket', async ({ seller: { page }, seller, ticket, baseURL }) => {
  await seller.open(ticket);
  await expect(page.getByLabel('Link to this ticket')).toHaveValue(new URL(ticket, baseURL).href);
  await page.getByRole('button', { name: 'Copy the link' }).click();
  await expect(page.getByText('The link is copied.')).toBeVisible();
});

test('a seller sees what is for sale, on hold and sold', async ({ seller, buyer, ticket }) => {
  await buyer.pays(await buyer.orders(ticket));
  await buyer.orders(await seller.lists(aTitle('Held')));
  const free = aTitle('Free');
  await seller.lists(free, '12');
  await seller.open('/tickets/mine');
  await expect(seller.page.getByRole('main')).toContainText('1 ticket sold, $20.00');
  for (const tab of ['For sale 1', 'On hold 1', 'Sold 1']) await expect(seller.link(tab)).toBeVisible();
  await seller.link('For sale 1').click();
  await expect(seller.page.locator('.tickets').getByRole('link')).toHaveText([free]);
  await seller.link('Sold 1').click();
  await expect(seller.badge).toHaveText('Sold, the buyer waits for it');
});

test('buyers see since when a seller is a member and what they sold', async ({ seller, buyer, visitor, ticket }) => {
  await buyer.pays(await buyer.orders(ticket));
  await visitor.open(await seller.lists(aTitle('Second')));
  await expect(visitor.page.locator('.facts')).toContainText(/Member since .* · 1 ticket sold/);
  await expect(visitor.page.locator('body')).not.toContainText(seller.email);
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in the browser' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a visitor is told why to sign in, and goes on with the purchase', async ({ visitor, ticket }) => {
      const email = anEmail('buyer');
      await visitor.open('/auth/signup');
      await visitor.signUp(email);
      await visitor.signOut();
      await visitor.open(ticket);
      await visitor.buyButton.click();
      await expect(visitor.page.getByText('Sign in to hold the ticket for $20.00.')).toBeVisible();
      await visitor.signIn(email, 'wrong');
      await expect(visitor.alert).toContainText('Email or password is wrong.');
      await visitor.signIn(email);
      await expect(visitor.page).toHaveURL(/\/orders\//);
      await expect(visitor.cancelButton).toBeVisible();
    });

    test('a ticket that becomes dearer while its buyer signs in is shown to them, not held', async ({ visitor, seller, ticket, enter }) => {
      await visitor.open(ticket);
      await visitor.buyButton.click();
      await visitor.link('Open an account').click();
      await expect(visitor.page.getByText('Open an account to hold the ticket for $20.00.')).toBeVisible();
      await seller.edits(ticket, aTitle('Dearer'), '25');
      await isKnown(await enter(), ticket, '25');
      await visitor.signUp(anEmail('buyer'));
      await expect(visitor.alert).toContainText('the ticket is not held for you yet');
      await expect(visitor.page.getByRole('button', { name: 'Buy for $25.00' })).toBeVisible();
    });
  });
}
