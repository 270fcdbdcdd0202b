// The bank's question, as a modal dialog. A native dialog keeps the focus
// inside and gives it back on closing.

/** Asks the cardholder; answers 'authenticated' or 'failed'. */
function askCardholder() {
  const dialog = document.createElement('dialog');
  const title = document.createElement('h2');
  title.id = 'stripe-challenge-title';
  title.textContent = '3D Secure 2 Test Page';
  const text = document.createElement('p');
  text.id = 'stripe-challenge-text';
  text.textContent = 'This is a test authentication. Choose whether it succeeds.';
  dialog.setAttribute('aria-labelledby', title.id);
  dialog.setAttribute('aria-describedby', text.id);
  Object.assign(dialog.style, {
    background: 'Canvas',
    color: 'CanvasText',
    border: '1px solid CanvasText',
    borderRadius: '0.5rem',
    padding: '1.5rem',
    maxWidth: 'min(28rem, 90vw)',
  });

  const buttons = document.createElement('div');
  Object.assign(buttons.style, { display: 'flex', flexWrap: 'wrap', gap: '0.75rem' });
  return new Promise((resolve) => {
    const choose = (outcome) => {
      dialog.close();
      dialog.remove();
      resolve(outcome);
    };
    buttons.append(
      challengeButton('Complete authentication', () => choose('authenticated')),
      challengeButton('Fail authentication', () => choose('failed')),
    );
    // Leaving by Escape is not being authenticated.
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      choose('failed');
    });
    dialog.append(title, text, buttons);
    document.body.append(dialog);
    dialog.showModal();
  });
}

function challengeButton(label, onClick) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  Object.assign(button.style, { font: 'inherit', padding: '0.5rem 1rem' });
  button.addEventListener('click', onClick);
  return button;
}

