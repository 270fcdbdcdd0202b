import { aTitle, anEmail, expect, test } from '../fixtures';
import { PASSWORD, idIn } from '../shopper';

test.use({ javaScriptEnabled: false });

test('without JavaScript a visitor signs up, errors included', async ({ visitor: { page }, visitor }) => {
  const email = page.getByLabel('Email');
  const password = page.getByLabel('Password');
  await visitor.open('/auth/signup');
  await visitor.signUp('not an address', 'abc');
  await expect(email).toHaveAccessibleDescription(/Email must be valid/);
  await expect(password).toHaveAccessibleDescription(/Password must be/);
  await expect(email).toHaveValue('not an address');
  await expect(password).toHaveValue('');
  await page.reload();
  await expect(email).toHaveValue('');

  const address = anEmail('buyer');
  await visitor.signUp(address);
  await expect(visitor.account).toBeVisible();

  await visitor.signOut();
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await visitor.open('/auth/signup');
  await visitor.signUp(address);
  await expect(email).toHaveAccessibleDescription(/This email already has an account/);
});

test('without JavaScript a seller lists a ticket', async ({ seller: { page }, seller }) => {
  const title = aTitle('Ballet');
  await seller.open('/tickets/new');
  await seller.sell(title, '-5');
  await expect(page.getByLabel('Price')).toHaveAccessibleDescription(/price must/i);
  await expect(page.getByLabel('Price')).toHaveValue('-5');
  await expect(page.getByLabel('Title')).toHaveValue(title);
  await seller.sell(title, '5');
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await expect(page.locator('.price')).toHaveText('$5.00');
});

test('without JavaScript a visitor buys, sees that paying needs JavaScript, and cancels', async ({ visitor: { page }, visitor, ticket }) => {
  await visitor.open(ticket);
  await visitor.buyButton.click();
  await page.getByRole('link', { name: 'Open an account' }).click();
  await visitor.signUp(anEmail('buyer'));
  await expect(page).toHaveURL(/\/orders\//);
  await expect(page.locator('noscript p')).toContainText('Paying needs JavaScript');
  await expect(page.locator('noscript p')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Loading the card form' })).toBeHidden();
  await visitor.cancelButton.click();
  await expect(visitor.badge).toHaveText('Cancelled');
});

test('without JavaScript a wrong password is shown, and signing in leads back', async ({ visitor: { page }, visitor, seller, ticket }) => {
  await visitor.open(`/auth/signin?back=${ticket}`);
  await visitor.signIn(seller.email, 'wrong');
  await expect(visitor.alert).toContainText('Email or password is wrong.');
  await expect(page.getByLabel('Email')).toHaveValue(seller.email);
  await expect(page.getByLabel('Password')).toHaveValue('');
  await visitor.signIn(seller.email, PASSWORD);
  await expect(page).toHaveURL(ticket);
  await expect(visitor.badge).toHaveText('For sale');
});

test('without JavaScript a visitor searches', async ({ visitor, seller }) => {
  const title = aTitle('Opera');
  await seller.lists(title);
  await visitor.open('/');
  await visitor.search(title);
  await expect(visitor.page.locator('.tickets').getByRole('link')).toHaveText([title]);
});

test('without JavaScript the second of two buyers is refused', async ({ visitor, buyer, seller }) => {
  const ticket = await seller.lists(aTitle());
  await visitor.joins(anEmail('rival'));
  await visitor.open(ticket);
  await buyer.orders(ticket);
  await visitor.buyButton.click();
  await expect(visitor.page.getByRole('main')).toContainText(/Somebody else is paying|already reserved/);
});

test('the values of a refused form appear in that form only', async ({ seller: { page, context }, seller, ticket }) => {
  const other = await seller.lists(aTitle('Other'), '7');
  const refused = async () => {
    const form = { id: idIn(ticket), 'said[title]': 'Typed for the first', 'said[price]': '-1' };
    await context.request.post('/fn/edit', { form, headers: { accept: 'text/html' }, maxRedirects: 0 });
  };
  await refused();
  await seller.open(`${other}/edit`);
  await expect(page.getByLabel('Price')).toHaveValue('7.00');
  await expect(seller.alert).toHaveCount(0);
  await refused();
  await seller.open(`${ticket}/edit`);
  await expect(page.getByLabel('Title')).toHaveValue('Typed for the first');
  await expect(page.getByLabel('Price')).toHaveValue('-1');
});
