import { expect, test } from '../fixtures';

const html = { Accept: 'text/html' };

test('a page is not cached, not framed, and runs its own scripts only', async ({ request }) => {
  const first = (await request.get('/', { headers: html })).headers();
  const second = (await request.get('/', { headers: html })).headers();
  const policy = first['content-security-policy'];
  expect(policy).toContain(`default-src 'none'`);
  expect(policy).toContain(`frame-ancestors 'none'`);
  expect(policy).toMatch(/script-src [^;]*'nonce-[\w-]{16,}'/);
  expect(policy).not.toContain('unsafe-inline');
  expect(policy.replace(/ 'wasm-unsafe-eval'/, '')).not.toContain('unsafe-eval');
  expect(second['content-security-policy'], 'the nonce changes with each page').not.toBe(policy);
  for (const headers of [first, second]) {
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('same-origin');
  }
});

test('error pages and files have the security headers', async ({ request }) => {
  for (const path of ['/nowhere', '/favicon.svg', '/pkg/missing.js']) {
    const headers = (await request.get(path, { headers: html })).headers();
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['content-security-policy'], path).toContain(`default-src 'none'`);
  }
});

for (const path of ['/metrics', '/healthz', '/readyz']) {
  test(`${path} is not public`, async ({ request }) => {
    expect((await request.get(path)).status()).toBe(404);
  });
}

test('scripts, wasm and styles are cached for ever and compressed', async ({ request }) => {
  const page = await (await request.get('/', { headers: html })).text();
  const files = [...new Set(page.match(/\/pkg\/client\.\w+\.(js|wasm|css)/g))];
  expect(files).toHaveLength(3);
  for (const file of files) {
    const plain = await request.head(file, { headers: { 'Accept-Encoding': 'identity' } });
    expect(plain.headers()['cache-control'], file).toBe('public, max-age=31536000, immutable');
    expect(plain.headers()['content-encoding'], file).toBeUndefined();
    for (const [accepted, encoding] of [['gzip, br', 'br'], ['gzip', 'gzip'], ['br;q=0, gzip', 'gzip']]) {
      const { 'content-encoding': sent, vary } = (await request.head(file, { headers: { 'Accept-Encoding': accepted } })).headers();
      expect(sent, `${file} for ${accepted}`).toBe(encoding);
      expect(vary?.toLowerCase(), file).toContain('accept-encoding');
    }
  }
});

test('a missing file is not cached', async ({ request }) => {
  const missing = await request.get('/pkg/client.0000.js');
  expect(missing.status()).toBe(404);
  expect(missing.headers()['cache-control']).toBe('no-store');
});
