// The card Element: three labelled fields in the page's own form. Styles are
// set as properties, which a strict Content-Security-Policy allows.

const fieldsOfCard = [
  { name: 'number', label: 'Card number', autocomplete: 'cc-number', placeholder: '1234 1234 1234 1234', size: '19', format: formatNumber },
  { name: 'expiry', label: 'Expiry date (MM / YY)', autocomplete: 'cc-exp', placeholder: 'MM / YY', size: '7', format: formatExpiry },
  { name: 'cvc', label: 'Security code (CVC)', autocomplete: 'cc-csc', placeholder: 'CVC', size: '4', format: (text) => digitsOf(text).slice(0, 4) },
];

let elementsMade = 0;

class CardElement {
  #root = document.createElement('div');
  #inputs = {};
  #left = new Set();
  #listeners = {};
  #container = null;

  constructor(options = {}) {
    const serial = (elementsMade += 1);
    this.#root.setAttribute('role', 'group');
    this.#root.setAttribute('aria-label', 'Card details');
    Object.assign(this.#root.style, { display: 'flex', flexWrap: 'wrap', gap: '0.75rem', font: 'inherit' });
    for (const field of fieldsOfCard) this.#root.append(this.#field(field, `stripe-card-${serial}-${field.name}`));
    this.update(options);
  }

  #field({ name, label, autocomplete, placeholder, size, format }, id) {
    const input = document.createElement('input');
    Object.assign(input, { id, type: 'text', inputMode: 'numeric', autocomplete, placeholder });
    input.setAttribute('aria-required', 'true');
    input.setAttribute('size', size);
    input.dataset.field = name;
    Object.assign(input.style, { font: 'inherit', width: '100%', boxSizing: 'border-box', padding: '0.5rem' });
    input.addEventListener('input', () => {
      // Not while something is put in or taken out in the middle: the caret would jump.
      const atEnd = input.selectionStart === input.value.length;
      if (atEnd && !/[\s/]$/.test(input.value)) input.value = format(input.value);
      this.#changed();
    });
    input.addEventListener('focus', () => this.#emit('focus', { elementType: 'card' }));
    input.addEventListener('blur', () => {
      input.value = format(input.value);
      this.#left.add(name);
      this.#emit('blur', { elementType: 'card' });
      this.#changed();
    });
    input.addEventListener('keydown', (event) => event.key === 'Escape' && this.#emit('escape', { elementType: 'card' }));
    this.#inputs[name] = input;

    const caption = document.createElement('label');
    caption.htmlFor = id;
    caption.textContent = label;
    const box = document.createElement('div');
    Object.assign(box.style, { flex: name === 'number' ? '1 1 100%' : '1 1 8rem' });
    box.append(caption, input);
    return box;
  }

  /** The state that the change event tells. */
  #state() {
    const values = Object.fromEntries(Object.entries(this.#inputs).map(([name, input]) => [name, input.value]));
    const found = Object.keys(values).map((name) => [name, checks[name](values[name], values.number)]);
    // A field that is being typed into is not complained about.
    const complaints = found.map(([name, result]) => {
      if (Array.isArray(result)) return [name, result];
      return result === 'incomplete' && this.#left.has(name) ? [name, incomplete[name]] : null;
    });
    return {
      elementType: 'card',
      empty: found.every(([, result]) => result === 'empty'),
      complete: found.every(([, result]) => result === 'complete'),
      brand: brandOf(digitsOf(values.number)).name,
      value: { postalCode: '' },
      complaint: complaints.find(Boolean),
    };
  }

  #changed() {
    const { complaint, ...state } = this.#state();
    for (const [name, input] of Object.entries(this.#inputs)) {
      if (complaint?.[0] === name) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    }
    this.#mark({ empty: state.empty, complete: state.complete, invalid: Boolean(complaint) });
    const error = complaint && { type: 'validation_error', code: complaint[1][0], message: complaint[1][1] };
    this.#emit('change', { ...state, error });
  }

  /** Stripe's class names on the container, for the page's style sheet. */
  #mark(states) {
    this.#container?.classList.add('StripeElement');
    for (const [state, on] of Object.entries(states)) this.#container?.classList.toggle(`StripeElement--${state}`, on);
  }

  #emit(event, detail) {
    for (const listener of this.#listeners[event] ?? []) listener(detail);
  }

  on(event, listener) {
    (this.#listeners[event] ??= []).push(listener);
    return this;
  }

  off(event, listener) {
    this.#listeners[event] = (this.#listeners[event] ?? []).filter((other) => listener && other !== listener);
    return this;
  }

  mount(target) {
    const container = typeof target === 'string' ? document.querySelector(target) : target;
    if (!container) throw new Error(`The selector you specified (${target}) applies to no DOM elements.`);
    this.#container = container;
    container.replaceChildren(this.#root);
    this.#mark({ empty: this.#state().empty });
    queueMicrotask(() => this.#emit('ready', { elementType: 'card' }));
  }

  unmount() {
    this.#root.remove();
    this.#container = null;
  }

  destroy() {
    this.unmount();
    this.#listeners = {};
  }

  focus() {
    this.#inputs.number.focus();
  }

  blur() {
    if (this.#root.contains(document.activeElement)) document.activeElement.blur();
  }

  clear() {
    for (const input of Object.values(this.#inputs)) input.value = '';
    this.#left.clear();
    this.#changed();
  }

  update({ disabled } = {}) {
    if (disabled !== undefined) for (const input of Object.values(this.#inputs)) input.disabled = disabled;
  }

  /** For createPaymentMethod only: an error to show, or the API's fields. */
  read() {
    for (const name of Object.keys(this.#inputs)) this.#left.add(name);
    const values = Object.fromEntries(Object.entries(this.#inputs).map(([name, input]) => [name, input.value]));
    for (const name of Object.keys(values)) {
      const result = checks[name](values[name], values.number);
      if (result === 'complete') continue;
      this.#changed();
      const [code, message] = Array.isArray(result) ? result : incomplete[name];
      return { error: { type: 'validation_error', code, message } };
    }
    const expiry = digitsOf(values.expiry);
    return {
      fields: {
        'card[number]': digitsOf(values.number),
        'card[exp_month]': String(Number(expiry.slice(0, 2))),
        'card[exp_year]': String(2000 + Number(expiry.slice(2))),
        'card[cvc]': digitsOf(values.cvc),
      },
    };
  }
}

