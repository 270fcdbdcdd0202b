import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';

export const PASSWORD = 'a password';

/** The cards of https://docs.stripe.com/testing that the stories use. */
export const CARDS = {
  good: '4242424242424242',
  declined: '4000000000000002',
  threeDS: '4000002760003184',
};

/** A person with a browser: `buy` and `sell` use the pages; `orders` and `lists` the
 * HTTP interface, to prepare a story. */
export class Shopper {
  email = '';
  /** Unexpected errors in the browser. */
  readonly complaints: string[] = [];
  readonly #expected = new Set<number>();

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly withScript: boolean,
  ) {
    context.on('page', (other) => this.#listenTo(other));
    this.#listenTo(page);
  }

  /** Responses with this status are expected from now on. */
  expects(status: number) {
    this.#expected.add(status);
  }

  // On the page.

  /** Opens a page and waits until it is hydrated. */
  async open(path: string, page = this.page) {
    const response = await page.goto(path);
    await this.ready(page);
    return response!;
  }

  /** Waits until the page is hydrated. */
  async ready(page = this.page) {
    if (this.withScript) await page.waitForSelector('html[data-hydrated]');
  }

  async signUp(email: string, password = PASSWORD) {
    await this.#enterCredentials(email, password, 'Open the account');
  }

  async signIn(email: string, password = PASSWORD) {
    await this.#enterCredentials(email, password, 'Sign in');
  }

  async sell(title: string, price: string) {
    await this.page.getByLabel('Title').fill(title);
    await this.page.getByLabel('Price').fill(price);
    await this.page.getByRole('button', { name: 'List the ticket' }).click();
  }

  async search(words: string) {
    await this.page.getByRole('searchbox').fill(words);
    await this.page.getByRole('button', { name: 'Search' }).click();
  }

  /** Opens a ticket's page, buys it, and returns the order's path. */
  async buy(ticket: string) {
    await this.open(ticket);
    await this.buyButton.click();
    await this.page.waitForURL('**/orders/*');
    await this.ready();
    return new URL(this.page.url()).pathname;
  }

  /** Enters a card and presses the button. */
  async payByCard(number: string) {
    await this.enterCard(number);
    await this.payButton.click();
  }

  async enterCard(number: string) {
    await this.page.getByLabel('Card number').fill(number);
    await this.page.getByLabel('Expiry date').fill('12 / 40');
    await this.page.getByLabel('Security code').fill('123');
  }

  get buyButton(): Locator {
    return this.page.getByRole('button', { name: /^Buy for/ });
  }

  /** The button of the account's menu, which only a signed-in person has. */
  get account(): Locator {
    return this.page.getByRole('button', { name: /^Account of/ });
  }

  async signOut() {
    await this.account.click();
    await this.page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  }

  get payButton(): Locator {
    return this.page.getByRole('button', { name: /^Pay/ });
  }

  get cancelButton(): Locator {
    return this.page.getByRole('button', { name: 'Cancel the order' });
  }

  /** The state of an order or a ticket. */
  get badge(): Locator {
    return this.page.locator('main .badge');
  }

  /** A link, also one that looks like a button. */
  link(name: string): Locator {
    return this.page.getByRole('link', { name });
  }

  /** An announcement for screen readers. */
  announcement(text: string): Locator {
    return this.page.getByRole('status').filter({ hasText: text });
  }

  /** The error about a form as a whole. */
  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  /** The countdown, in seconds. */
  async secondsLeft() {
    const [minutes, seconds] = (await this.page.locator('.digits').innerText()).split(':').map(Number);
    return minutes * 60 + seconds;
  }

  // Over the HTTP interface.

  /** Creates an account. */
  async joins(email: string) {
    this.email = email;
    await this.#request('post', '/api/users/signup', { email, password: PASSWORD });
  }

  /** Lists a ticket, and returns its path. */
  async lists(title: string, price = '20', about: object = {}) {
    return `/tickets/${(await this.#request('post', '/api/tickets', { title, price, ...about })).id}`;
  }

  /** Changes a ticket. */
  async edits(ticket: string, title: string, price: string) {
    await this.#request('put', `/api${ticket}`, { title, price });
  }

  /** Deposits what lets one in. */
  async deposits(ticket: string, text: string) {
    await this.#request('put', `/api${ticket}/handover`, { text });
  }

  /** Takes a ticket off the market. */
  async withdraws(ticket: string) {
    await this.#request('delete', `/api${ticket}`);
  }

  /** Orders a ticket at this price, and returns the order's path. */
  async orders(ticket: string, price?: string) {
    return `/orders/${(await this.#request('post', '/api/orders', { ticketId: idIn(ticket), price })).id}`;
  }

  /** Pays for an order. */
  async pays(order: string) {
    await this.#request('post', '/api/payments', { orderId: idIn(order), token: 'pm_card_visa' });
    await expect.poll(async () => (await this.#request('get', `/api${order}`)).status).toBe('complete');
  }

  /** Cancels an order. */
  async cancels(order: string) {
    await this.#request('delete', `/api${order}`);
  }

  /** Repeats a request until it succeeds, as services are eventually consistent. */
  async #request(method: 'get' | 'post' | 'put' | 'delete', path: string, data?: object) {
    let answer = '';
    await expect(async () => {
      const response = await this.context.request[method](path, { data });
      answer = await response.text();
      expect(response.ok(), `${method} ${path}: ${response.status()} ${answer}`).toBeTruthy();
    }).toPass({ timeout: 10_000, intervals: [100] });
    return answer ? JSON.parse(answer) : {};
  }

  async #enterCredentials(email: string, password: string, button: string) {
    this.email = email;
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('main').getByRole('button', { name: button }).click();
  }

  #listenTo(page: Page) {
    const complain = (text: string) => {
      const expected = [...this.#expected].some((status) => text.includes(`status of ${status}`));
      // Chromium reports a disabled script as forbidden, its preload as unused.
      const turnedOff = !this.withScript && /\/pkg\/.*(failed: csp|preloaded using link preload)/.test(text);
      if (!expected && !turnedOff) this.complaints.push(`${page.url()}: ${text}`);
    };
    page.on('pageerror', (error) => complain(error.message));
    page.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) complain(message.text());
    });
    page.on('response', (response) => {
      if (response.status() >= 400) complain(`${response.url()} answered with a status of ${response.status()}`);
    });
    page.on('requestfailed', (request) => {
      // Leaving a page aborts its requests.
      const why = request.failure()?.errorText;
      if (why !== 'net::ERR_ABORTED') complain(`${request.url()} failed: ${why}`);
    });
  }
}

/** The last part of a path. */
export const idIn = (path: string) => path.split('/').pop()!;
