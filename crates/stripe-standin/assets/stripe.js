// Stripe.js in small: what a page with a card Element calls.

class Stripe {
  #key;

  constructor(publishableKey) {
    if (!/^pk_test_/.test(publishableKey ?? '')) {
      throw new Error('Invalid value for Stripe(): apiKey should be a test publishable key, pk_test_….');
    }
    this.#key = publishableKey;
  }

  elements() {
    let card = null;
    return {
      create(type, options) {
        if (type !== 'card') throw new Error(`This stand-in has no ${type} Element, only card.`);
        card = new CardElement(options);
        return card;
      },
      getElement: (type) => (type === 'card' ? card : null),
    };
  }

  async createPaymentMethod({ type, card, billing_details: billing = {} }) {
    if (type !== 'card') throw new Error(`This stand-in takes cards only, not ${type}.`);
    const { error, fields } = card.read();
    if (error) return { error };
    for (const name of ['name', 'email']) {
      if (billing[name]) fields[`billing_details[${name}]`] = billing[name];
    }
    const answer = await call(this.#key, 'POST', 'payment_methods', { type, ...fields });
    return answer.error ? { error: answer.error } : { paymentMethod: answer.ok };
  }

  async retrievePaymentIntent(clientSecret) {
    const path = `payment_intents/${intentId(clientSecret)}`;
    const answer = await call(this.#key, 'GET', path, { client_secret: clientSecret });
    return answer.error ? { error: answer.error } : { paymentIntent: answer.ok };
  }

  /** Lets the bank ask the cardholder, if it wants to. */
  async handleNextAction({ clientSecret }) {
    const found = await this.retrievePaymentIntent(clientSecret);
    if (found.error || found.paymentIntent.status !== 'requires_action') return found;

    const outcome = await askCardholder();
    const path = `payment_intents/${found.paymentIntent.id}/authenticate`;
    const answer = await call(this.#key, 'POST', path, { client_secret: clientSecret, outcome });
    if (answer.error) return { error: answer.error };
    const { last_payment_error: refused } = answer.ok;
    return refused ? { error: { ...refused, payment_intent: answer.ok } } : { paymentIntent: answer.ok };
  }
}

/** As with Stripe's own, `new` is optional. */
window.Stripe = Object.assign((key) => new Stripe(key), { version: 3 });
