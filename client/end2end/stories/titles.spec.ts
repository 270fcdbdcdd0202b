import { aTitle, expect, test } from '../fixtures';

for (const trap of ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</title><b>&amp;']) {
  test(`the title ${trap} is text everywhere`, async ({ seller, buyer, visitor }) => {
    const title = `${trap} ${aTitle('x').split(' ')[1]}`;
    for (const { page, complaints } of [seller, buyer, visitor]) {
      page.on('dialog', (dialog) => complaints.push(`${page.url()} says ${dialog.message()}`));
    }
    const ticket = await seller.lists(title);

    await visitor.open(`/?q=${encodeURIComponent(title)}`);
    await expect(visitor.page.getByRole('link', { name: title })).toBeVisible();
    await visitor.page.getByRole('link', { name: title }).click();
    await expect(visitor.page.getByRole('heading', { name: title })).toBeVisible();
    await expect(visitor.page).toHaveTitle(`${title} – Ticketing`);
    await visitor.open(ticket);
    await expect(visitor.page).toHaveTitle(`${title} – Ticketing`);
    await expect(visitor.page.locator('meta[property="og:title"]')).toHaveAttribute('content', title);
    await expect(visitor.page.locator('meta[name="description"]')).toHaveAttribute('content', new RegExp(literally(title)));

    await seller.open('/tickets/mine');
    await expect(seller.page.getByRole('link', { name: title })).toBeVisible();
    await seller.open(`${ticket}/edit`);
    await expect(seller.page.getByLabel('Title')).toHaveValue(title);

    await buyer.open(await buyer.orders(ticket));
    await expect(buyer.page.getByRole('heading', { name: title })).toBeVisible();
    await buyer.open('/orders');
    await expect(buyer.page.getByRole('link', { name: title })).toBeVisible();
  });
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
