import { aTitle, expect, test } from '../fixtures';
import { PASSWORD } from '../shopper';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in the browser' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a changed password ends the sessions of other devices', async ({ buyer: { page }, buyer, enter }) => {
      const other = await enter();
      await other.open('/auth/signin');
      await other.signIn(buyer.email);
      await expect(other.account).toBeVisible();

      await buyer.open('/account');
      await expect(page.getByRole('main')).toContainText(buyer.email);
      await page.getByLabel('Present password').fill('wrong');
      await page.getByLabel('New password').fill('abc');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await expect(page.getByLabel('New password')).toHaveAccessibleDescription(/between 4 and 30/);
      await page.getByLabel('Present password').fill('wrong');
      await page.getByLabel('New password').fill('another one');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await expect(page.getByLabel('Present password')).toHaveAccessibleDescription('The password is wrong');
      await page.getByLabel('Present password').fill(PASSWORD);
      await page.getByLabel('New password').fill('another one');
      await page.getByRole('button', { name: 'Change the password' }).click();
      if (javaScriptEnabled) await expect(page.getByText('The password is changed')).toBeVisible();
      await expect(buyer.account).toBeVisible();

      await expect(async () => {
        await other.open('/orders');
        await expect(other.page).toHaveURL(/\/auth\/signin/, { timeout: 1_000 });
      }).toPass();
      await other.signIn(buyer.email, 'another one');
      await expect(other.page).toHaveURL('/orders');
    });
  });
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in the browser' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('an account is deleted once nothing of it is open', async ({ seller: { page }, seller, ticket, buyer }) => {
      const password = page.getByRole('main').getByLabel('Password', { exact: true });
      const press = async (typed: string) => {
        await password.fill(typed);
        await page.getByRole('button', { name: 'Delete the account' }).click();
      };
      const order = await seller.orders(await buyer.lists(aTitle()));
      await seller.open('/account');
      await press(PASSWORD);
      await expect(seller.alert).toContainText('You still have tickets for sale. Withdraw them first. You hold a ticket that is not paid.');
      await seller.cancels(order);
      await seller.context.request.delete(`/api${ticket}`);
      await press('wrong');
      await expect(password).toHaveAccessibleDescription('The password is wrong');
      await press(PASSWORD);
      await expect(page).toHaveURL('/');
      await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible();
      await seller.open('/auth/signin');
      await seller.signIn(seller.email);
      await expect(seller.alert).toContainText('Email or password is wrong.');
    });
  });
}

test('a typed password can be shown and hidden again', async ({ visitor: { page }, visitor }) => {
  await visitor.open('/auth/signin');
  const password = page.getByLabel('Password');
  await password.fill('secret');
  await page.getByRole('button', { name: 'Show the password' }).click();
  await expect(password).toHaveAttribute('type', 'text');
  await page.getByRole('button', { name: 'Hide the password' }).click();
  await expect(password).toHaveAttribute('type', 'password');
});
