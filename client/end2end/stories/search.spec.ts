import { aTitle, expect, test } from '../fixtures';

test('a search announces its results', async ({ visitor, seller }) => {
  const title = aTitle('Cabaret');
  const word = title.split(' ')[1];
  await seller.lists(title);
  await visitor.open('/');
  await visitor.search(word);
  await expect(visitor.announcement(`One ticket with “${word}” in the title.`)).toBeAttached();
  await expect(visitor.page.locator('.tickets').getByRole('link')).toHaveText([title]);
  await seller.lists(`Another ${word}`);
  await visitor.search(`another ${word}x`);
  await expect(visitor.announcement(`No ticket with “another ${word}x” in the title.`)).toBeAttached();
  await visitor.link('Show all tickets').click();
  await expect(visitor.page.getByRole('searchbox')).toHaveValue('');
});
