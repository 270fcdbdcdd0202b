import type { APIRequestContext } from '@playwright/test';
import { expect, test } from '../fixtures';
import { idIn } from '../shopper';

test('an order that is refunded at Stripe\'s dashboard shows the amount', async ({ buyer, ticket, request }) => {
  const order = await buyer.orders(ticket);
  await buyer.pays(order);
  await buyer.open(order);
  await expect(buyer.badge).toHaveText('Paid');

  await refunds(request, order, '750');
  await expect(buyer.badge).toHaveText('Partly refunded', { timeout: 20_000 });
  await expect(buyer.page.getByRole('main')).toContainText('The ticket is yours. You got $7.50 of your payment back.');
  await buyer.open('/orders');
  await expect(buyer.page.getByRole('article')).toContainText('Partly refunded $7.50');

  await refunds(request, order);
  await expect(buyer.badge).toHaveText('Refunded', { timeout: 20_000 });
  await buyer.open(order);
  await expect(buyer.page.getByRole('main')).toContainText('You paid for this ticket and got your money back in full.');
  await expect(buyer.payButton).toHaveCount(0);
});

/** Refunds so many cents, or the rest, at Stripe. */
async function refunds(request: APIRequestContext, order: string, cents?: string) {
  const stripe = process.env.STRIPE_URL;
  const { intents } = await (await request.get(`${stripe}/_ledger`)).json();
  const intent = intents.find(({ metadata }: { metadata: object }) => Object.values(metadata).includes(idIn(order)));
  const form = { payment_intent: intent.id, ...(cents && { amount: cents }) };
  const response = await request.post(`${stripe}/v1/refunds`, { form, headers: { authorization: 'Bearer sk_test_dashboard' } });
  expect(response.ok(), await response.text()).toBeTruthy();
}
