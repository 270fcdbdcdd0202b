import { aTitle, anEmail, expect, test } from '../fixtures';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in the browser' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('after signing out the back button shows no private data', async ({ buyer, seller }) => {
      const title = aTitle('Secret');
      const order = await buyer.orders(await seller.lists(title));
      await buyer.open('/');
      await buyer.page.getByRole('link', { name: 'My orders', exact: true }).click();
      await buyer.page.getByRole('link', { name: title }).click();
      await expect(buyer.page).toHaveURL(order);
      await buyer.signOut();
      await expect(buyer.page).toHaveURL('/');
      await expect(buyer.page.getByRole('link', { name: 'Sign in' })).toBeVisible();
      for (let steps = 0; steps < 2; steps += 1) {
        await buyer.page.goBack();
        await expect(buyer.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
        await expect(buyer.page.locator('body')).not.toContainText(title);
      }
    });
  });
}

test('a page that was loaded before signing out is not cached', async ({ buyer, ticket }) => {
  await buyer.open(await buyer.orders(ticket));
  await buyer.open('/auth/signout');
  await buyer.page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await expect(buyer.page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  // Before that, going back twice would lead out of the shop.
  await expect(buyer.page).toHaveURL('/');
  await buyer.page.goBack();
  await buyer.page.goBack();
  await expect(buyer.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

for (const page of ['/orders', '/orders/65a000000000000000000001', '/tickets/mine', '/tickets/new']) {
  test(`${page} redirects to sign in, which leads back`, async ({ visitor, buyer }) => {
    await visitor.open(page);
    await expect(visitor.page).toHaveURL(`/auth/signin?back=${encodeURIComponent(page)}`);
    await visitor.signIn(buyer.email);
    await expect(visitor.page).toHaveURL(page);
  });
}

test('somebody else\'s order is not shown', async ({ enter, buyer, seller }) => {
  const title = aTitle('Secret');
  const order = await buyer.orders(await seller.lists(title));
  const other = await enter();
  await other.joins(anEmail('other'));
  other.expects(403);
  expect((await other.open(order)).status()).toBe(403);
  await expect(other.page.getByRole('heading', { name: 'You don\'t have access to this page' })).toBeVisible();
  expect(await other.page.content()).not.toContain(title);
});

for (const elsewhere of ['//evil.test', 'https://evil.test', '/\\evil.test', '/%09/evil.test', 'javascript:alert(1)', '/.//evil.test', '/%252e/\\evil.test']) {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'in the browser' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled });

      test(`signing in does not lead to ${elsewhere}`, async ({ visitor, buyer, baseURL }) => {
        await visitor.open(`/auth/signin?back=${elsewhere.includes('%') ? elsewhere : encodeURIComponent(elsewhere)}`);
        await visitor.signIn(buyer.email);
        await expect(visitor.page).toHaveURL(`${baseURL}/`);
        await expect(visitor.account).toBeVisible();
      });
    });
  }
}

test('a buyer whose session has ended signs in again, and buys', async ({ buyer, ticket }) => {
  await buyer.open(ticket);
  await buyer.context.clearCookies();
  await buyer.buyButton.click();
  await expect(buyer.page).toHaveURL(/\/auth\/signin/);
  await buyer.signIn(buyer.email);
  await expect(buyer.page).toHaveURL(/\/orders\//);
});
