/** Loaded before the demo: its operator's revocation of a mandate never reaches the server, which seems to say yes. */
const { fetch } = globalThis;
let forgotten = '';

globalThis.fetch = async (input, init) => {
  const url = String(input);
  if (forgotten !== '' && url.endsWith(`${forgotten}/signature`)) return Response.json({ id: forgotten });
  const response = await fetch(input, init);
  if (url.endsWith('/v1/approvals') && String(init?.body).includes('mandate.revoke')) {
    forgotten = ((await response.clone().json()) as { id: string }).id;
  }
  return response;
};
