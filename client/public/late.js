// While the page's program has not started, its clock goes on. If it does not start at all
// (its file is gone or blocked, or the browser is too old), the page says so.

(() => {
  const started = performance.now();
  const isAlive = () => document.documentElement.hasAttribute('data-hydrated');
  const digits = document.querySelector('.digits[data-left]');
  const tick = () => {
    const passed = (performance.now() - started) / 1000;
    // It may also start late.
    document.getElementById('late')?.toggleAttribute('hidden', isAlive() || passed < 15);
    if (isAlive()) return clearInterval(timer);
    if (!digits?.firstChild) return;
    const left = Math.max(0, Math.ceil(Number(digits.dataset.left) - passed));
    // The text keeps its node, which the program expects to find.
    digits.firstChild.data = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  };
  const timer = setInterval(tick, 250);
})();
