// Calls of the API that this script was loaded from.

const origin = new URL(document.currentScript.src).origin;

/** Calls Stripe's API; answers {ok: object} or {error: Stripe's error}. */
async function call(key, method, path, fields) {
  const form = new URLSearchParams(fields);
  const request = { method, headers: { Authorization: `Bearer ${key}` } };
  if (method === 'POST') request.body = form;
  const query = method === 'GET' ? `?${form}` : '';
  try {
    const response = await fetch(`${origin}/v1/${path}${query}`, request);
    const answer = await response.json();
    return response.ok ? { ok: answer } : { error: answer.error };
  } catch {
    const message = 'We could not reach the payment service. Check your connection and try again.';
    return { error: { type: 'api_connection_error', message } };
  }
}

/** `pi_…_secret_…` begins with the intent's id. */
function intentId(clientSecret) {
  const id = String(clientSecret).split('_secret_')[0];
  if (!/^pi_\w+$/.test(id) || id === clientSecret) {
    throw new Error(`Invalid value for clientSecret: '${clientSecret}'.`);
  }
  return id;
}

