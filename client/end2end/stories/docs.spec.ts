import { expect, test } from '../fixtures';

test('the endpoints of all services are shown, and no other host is asked', async ({ visitor: { page } }) => {
  await page.goto('/');
  const hosts = new Set<string>();
  page.on('request', (request) => request.url().startsWith('http') && hosts.add(new URL(request.url()).host));
  await page.getByRole('link', { name: 'For developers' }).click();
  await expect(page.getByRole('heading', { name: 'Ticketing: auth' })).toBeVisible();
  for (const service of ['tickets', 'orders', 'payments']) {
    await page.goto(`/docs?api=${service}`);
    await expect(page.getByRole('heading', { name: `Ticketing: ${service}` })).toBeVisible();
  }
  expect([...hosts]).toEqual([new URL(page.url()).host]);
});

test('the events are shown without a script', async ({ enter }) => {
  const { page } = await enter({ javaScriptEnabled: false });
  await page.goto('/docs/events');
  await expect(page.getByRole('heading', { name: 'payment:refunded' })).toBeVisible();
});
