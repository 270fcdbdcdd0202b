// Shows the services' OpenAPI descriptions. Everything comes from this host: no fonts,
// telemetry, proxy or assistant of another one, which the page's policy would refuse.
const services = ['auth', 'tickets', 'orders', 'payments'];

Scalar.createApiReference('#reference', {
  sources: services.map((name) => ({ title: name, slug: name, url: `/api/${name}/openapi.json` })),
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: '',
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
});
