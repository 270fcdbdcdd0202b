import { aTitle, expect, test } from '../fixtures';

test('a cancelled order releases its ticket', async ({ buyer, visitor, ticket }) => {
  await buyer.buy(ticket);
  await expect(buyer.page).toHaveTitle(/^Waiting for payment: Concert .* – Ticketing$/);
  await buyer.cancelButton.click();
  await expect(buyer.badge).toHaveText('Cancelled');
  await expect(buyer.page).toHaveTitle(/^Cancelled: Concert /);
  await expect(buyer.announcement('You cancelled this order')).toBeAttached();
  await buyer.link('See the ticket again').click();
  await expect(buyer.buyButton).toBeVisible();
  await visitor.open(ticket);
  await expect(visitor.buyButton).toBeVisible();
});

test('an order cancelled in one tab is cancelled in the other', async ({ buyer, ticket }) => {
  const order = await buyer.buy(ticket);
  const other = await buyer.context.newPage();
  await buyer.open(order, other);
  await other.getByRole('button', { name: 'Cancel the order' }).click();
  await expect(other.locator('.badge')).toHaveText('Cancelled');
  await buyer.page.bringToFront();
  await expect(buyer.badge).toHaveText('Cancelled');
  await expect(buyer.payButton).toHaveCount(0);
});

for (const [wrong, hours] of [['an hour fast', 1], ['an hour slow', -1]] as const) {
  test(`the countdown is right on a clock that is ${wrong}`, async ({ buyer, ticket }) => {
    await buyer.context.addInitScript((shift) => {
      const now = Date.now;
      Date.now = () => now() + shift;
    }, hours * 3_600_000);
    const order = await buyer.orders(ticket);
    await buyer.open(order);
    await expect(buyer.payButton).toBeEnabled();
    const { expiresAt } = await (await buyer.context.request.get(`/api${order}`)).json();
    const ahead = async () => (await buyer.secondsLeft()) - (Date.parse(expiresAt) - Date.now()) / 1000;
    // A busy browser may be a second late for a moment.
    await expect(async () => expect(Math.abs(await ahead())).toBeLessThanOrEqual(1.5)).toPass();
    const first = await buyer.secondsLeft();
    await expect.poll(() => buyer.secondsLeft(), 'it continues').toBeLessThan(first - 2);
    await expect(async () => expect(Math.abs(await ahead())).toBeLessThanOrEqual(1.5)).toPass();
  });
}

test('a printed order has no forms and no navigation', async ({ buyer, ticket }) => {
  const order = await buyer.orders(ticket);
  await buyer.open(order);
  await buyer.page.emulateMedia({ media: 'print' });
  await expect(buyer.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(buyer.page.locator('.facts')).toBeVisible();
  for (const form of await buyer.page.locator('form, nav').all()) await expect(form).toBeHidden();
});

test('a long list of orders continues on its next page', async ({ buyer, seller }) => {
  const word = aTitle('Series').split(' ')[1];
  const tickets: string[] = [];
  for (let night = 1; night <= 51; night += 1) tickets.push(await seller.lists(`${word} night ${night}`));
  let latest = '';
  for (const ticket of tickets) latest = await buyer.orders(ticket);
  const entries = buyer.page.locator('.orders').getByRole('link');
  await buyer.open('/orders');
  await expect(entries).toHaveCount(50);
  await expect(entries.first()).toHaveText(`${word} night 51`);
  await buyer.cancels(latest);
  await expect(buyer.badge.first(), 'the page is refreshed').toHaveText('Cancelled', { timeout: 20_000 });
  await buyer.link('More orders').click();
  await expect(entries).toHaveText([`${word} night 1`]);
  await buyer.link('First page').click();
  await expect(entries).toHaveCount(50);
});
