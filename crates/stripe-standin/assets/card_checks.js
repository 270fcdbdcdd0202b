// What can be said of a card while it is typed. The API has the last word.

const brands = [
  ['visa', /^4/, 16],
  ['mastercard', /^(5[1-5]|2[2-7])/, 16],
  ['amex', /^3[47]/, 15],
  ['discover', /^6(011|5)/, 16],
];

const digitsOf = (text) => text.replace(/\D/g, '');

function brandOf(number) {
  const known = brands.find(([, start]) => start.test(number));
  return known ? { name: known[0], length: known[2] } : { name: 'unknown', length: 16 };
}

function passesLuhn(number) {
  const sum = [...number].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** In groups of four; in Amex's own groups for Amex. */
function formatNumber(text) {
  const number = digitsOf(text);
  const { name, length } = brandOf(number);
  const groups = name === 'amex' ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?/ : /^(\d{1,4})(\d{1,4})?(\d{1,4})?(\d{1,4})?/;
  const match = number.slice(0, length).match(groups);
  return match ? match.slice(1).filter(Boolean).join(' ') : '';
}

/** MM / YY, the slash put in after two digits. */
function formatExpiry(text) {
  let digits = digitsOf(text);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  // Browsers fill in years of four digits.
  digits = digits.length === 6 ? digits.slice(0, 2) + digits.slice(4) : digits.slice(0, 4);
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

/** Each check answers 'empty', 'incomplete', 'complete', or [code, message]. */
const checks = {
  number(text) {
    const number = digitsOf(text);
    if (!number) return 'empty';
    if (number.length < brandOf(number).length) return 'incomplete';
    return passesLuhn(number) ? 'complete' : ['invalid_number', 'Your card number is invalid.'];
  },

  expiry(text) {
    const digits = digitsOf(text);
    if (!digits) return 'empty';
    if (digits.length < 4) return 'incomplete';
    const month = Number(digits.slice(0, 2));
    if (month < 1 || month > 12) return ['invalid_expiry_month', "Your card's expiration month is invalid."];
    // A card is good to the last day of its month.
    const end = new Date(2000 + Number(digits.slice(2)), month, 1);
    return end > new Date() ? 'complete' : ['invalid_expiry_year_past', "Your card's expiration date is in the past."];
  },

  cvc(text, number) {
    const digits = digitsOf(text);
    if (!digits) return 'empty';
    return digits.length < (brandOf(digitsOf(number)).name === 'amex' ? 4 : 3) ? 'incomplete' : 'complete';
  },
};

const incomplete = {
  number: ['incomplete_number', 'Your card number is incomplete.'],
  expiry: ['incomplete_expiry', "Your card's expiration date is incomplete."],
  cvc: ['incomplete_cvc', "Your card's security code is incomplete."],
};

