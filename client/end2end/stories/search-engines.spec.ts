// What search engines and browsers read of a page.

import { aTitle, expect, test } from '../fixtures';

const ABOUT = { startsAt: '2126-12-31T20:00:00+01:00', venue: 'Hall 2', category: 'theatre' };

test('a ticket describes its event, its offer and its address', async ({ visitor: { page }, visitor, seller, baseURL }) => {
  const title = `</script> ${aTitle('Gala')}`;
  const ticket = await seller.lists(title, '42.5', ABOUT);
  await visitor.open(ticket);
  await expect(page.locator('link[rel=canonical]')).toHaveAttribute('href', `${baseURL}${ticket}`);
  const event = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent())!);
  expect(event).toMatchObject({
    '@type': 'TheaterEvent',
    name: title,
    startDate: ABOUT.startsAt,
    offers: { price: '42.50', priceCurrency: 'USD', url: `${baseURL}${ticket}` },
    image: await page.locator('meta[property="og:image"]').getAttribute('content'),
  });
  const picture = await visitor.context.request.get(event.image);
  expect([picture.status(), picture.headers()['content-type']]).toEqual([200, 'image/png']);
  expect(picture.headers()['cache-control']).toContain('public');
  const other = await visitor.context.request.get(event.image.replace('version=0', 'version=1'));
  expect(other.headers()['cache-control']).toBe('no-store');
});

test('the sitemap lists the tickets, and the manifest is allowed', async ({ visitor: { page }, visitor, ticket, baseURL }) => {
  const sitemap = await visitor.context.request.get('/sitemap.xml');
  expect(sitemap.headers()['content-type']).toBe('application/xml');
  const text = await sitemap.text();
  for (const path of ['/', '/about/how-it-works', ticket]) expect(text).toContain(`<loc>${baseURL}${path}</loc>`);
  await visitor.open('/');
  for (const link of ['apple-touch-icon', 'icon']) {
    const href = await page.locator(`link[rel=${link}]`).getAttribute('href');
    expect((await visitor.context.request.get(href!)).ok(), href!).toBe(true);
  }
  const manifest = await page.locator('link[rel=manifest]').getAttribute('href');
  expect(await (await visitor.context.request.get(manifest!)).json()).toMatchObject({ name: 'Ticketing' });
});
