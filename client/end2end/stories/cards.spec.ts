import type { APIRequestContext } from '@playwright/test';
import { expect, test } from '../fixtures';
import { CARDS, idIn } from '../shopper';

test('after a decline another card pays', async ({ buyer, ticket, request }) => {
  const order = await buyer.buy(ticket);
  await buyer.payByCard(CARDS.declined);
  await expect(buyer.alert).toContainText('declined');
  await buyer.payByCard(CARDS.good);
  await expect(buyer.badge).toHaveText('Paid');
  expect(await charged(request, order)).toEqual([2000]);
});

test('a card with 3DS pays after authentication', async ({ buyer, ticket }) => {
  await buyer.buy(ticket);
  await buyer.payByCard(CARDS.threeDS);
  await buyer.page.getByRole('button', { name: 'Complete authentication' }).click();
  await expect(buyer.badge).toHaveText('Paid');
});

test('after a failed authentication another card pays', async ({ buyer, ticket, request }) => {
  const order = await buyer.buy(ticket);
  await buyer.payByCard(CARDS.threeDS);
  await buyer.page.getByRole('button', { name: 'Fail authentication' }).click();
  await expect(buyer.alert).toContainText('authenticate');
  await buyer.payByCard(CARDS.good);
  await expect(buyer.badge).toHaveText('Paid');
  expect(await charged(request, order)).toEqual([2000]);
});

test('pressing the button several times pays once', async ({ buyer, ticket, request }) => {
  const order = await buyer.buy(ticket);
  let payments = 0;
  buyer.page.on('request', (sent) => (payments += sent.url().endsWith('/fn/pay') ? 1 : 0));
  await buyer.enterCard(CARDS.good);
  await buyer.payButton.evaluate((button: HTMLButtonElement) => {
    for (let press = 0; press < 5; press += 1) {
      button.click();
      button.form!.requestSubmit();
    }
  });
  await expect(buyer.badge).toHaveText('Paid');
  expect(payments).toBe(1);
  expect(await charged(request, order)).toEqual([2000]);
});

test('an invalid card number is refused before the payment', async ({ buyer, ticket }) => {
  await buyer.buy(ticket);
  await buyer.payByCard('4242424242424241');
  await expect(buyer.alert).toContainText('card number is invalid');
  await expect(buyer.payButton).toBeEnabled();
});

/** The amounts captured for an order, in cents, one per intent. */
async function charged(request: APIRequestContext, order: string) {
  const { intents } = await (await request.get(`${process.env.STRIPE_URL}/_ledger`)).json();
  const ours = intents.filter(({ metadata }: { metadata: object }) => Object.values(metadata).includes(idIn(order)));
  return ours.map(({ captured }: { captured: number }) => captured);
}
